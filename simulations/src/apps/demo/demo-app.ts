import { type Random, type Read, type SimulatedApp, SKIP, type Workload } from '@savepoint/simulator'
import { type BoardAuth, mutators, schema } from '@savepoint-demo/mutators'

type Definitions = (typeof mutators)['definitions']

const NAMES = ['Food', 'Rent', 'Travel']
const TITLES = ['milk', 'bread and milk', 'a train ticket', 'naïve 😀']

/** One of a table's IDs as the client shows them, now and then one that does not exist; undefined if there are none. */
function anyID(random: Random, read: Read, table: string): string | undefined {
  const rows = read<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)
  if (rows.length > 0 && random.chance(0.03)) return 'none'
  return rows.length === 0 ? undefined : random.pick(rows).id
}

/** Arguments that name a row of a table. */
function of<Args>(table: string, make: (id: string, random: Random, read: Read) => Args) {
  return (random: Random, read: Read): Args | typeof SKIP => {
    const id = anyID(random, read, table)
    return id === undefined ? SKIP : make(id, random, read)
  }
}

const workload: Workload<Definitions> = {
  createCategoryOrIncrementIfExists: { args: (random) => ({ name: random.pick(NAMES), incrementBy: random.int(-3, 3) }), weight: 3 },
  openAccount: (random) => ({ name: random.pick(['cash', 'bank', 'card', random.id().slice(0, 2)]), deposit: random.pick([0, 500, 5000]) }),
  transfer(random, read) {
    const accounts = read<{ id: string; balance: number }>("SELECT id, balance FROM accounts WHERE id <> 'world' ORDER BY balance DESC, id")
    const [from] = accounts
    if (from === undefined || from.balance <= 0) return SKIP
    return {
      from: from.id,
      to: random.pick(accounts.length > 1 ? accounts.slice(1) : accounts).id,
      amount: random.int(0, from.balance + 100),
    }
  },
  recordExpense: {
    args: of('accounts', (account, random) => ({
      account,
      title: random.pick(TITLES),
      amount: random.int(1, 700),
      ...(random.chance(0.5) && { tags: [random.pick(NAMES), random.pick(NAMES).toUpperCase()] }),
    })),
    weight: 3,
  },
  retitleExpense: of('expenses', (expense, random) => ({ expense, title: random.pick(TITLES) })),
  tagExpense: of('expenses', (expense, random) => ({ expense, tag: random.pick(NAMES) })),
  deleteExpense: of('expenses', (expense) => ({ expense })),
  renameTag: of('tags', (tag, random) => ({ tag, name: random.pick([...NAMES, 'fun']) })),
  deleteTag: { args: of('tags', (tag) => ({ tag })), weight: 0.3 },
  closeMonth: { args: of('transfers', (_, random) => ({ month: random.pick(['2025-06', '2025-05']) })), weight: 0.1 },
  createList: (random) => ({ title: random.pick(TITLES) }),
  deleteList: { args: of('lists', (list) => ({ list })), weight: 0.3 },
  addItem: { args: of('lists', (list, random) => ({ list, title: random.pick(TITLES) })), weight: 3 },
  moveItem: {
    args: of('items', (item, random, read) => ({ item, list: anyID(random, read, 'lists') ?? 'none', to: random.int(0, 5) })),
    weight: 2,
  },
  removeItem: of('items', (item) => ({ item })),
}

/** The demo's mutators, called by users who are signed in. */
export const demoApp: SimulatedApp<Definitions> = {
  schema,
  mutators,
  workload,
  authOf(client): BoardAuth & { identity: string } {
    // Whoever copies a profile stays the same user.
    const user = client.replace(/-\d+$/, '')
    return { identity: user, user }
  },
}
