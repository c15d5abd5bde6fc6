import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Board, engines, type MutatorName } from './board.contract.ts'

/** A step picks what it works on by number, from what exists when it runs, or past the end: what does not exist. */
interface Step {
  readonly name: MutatorName
  readonly picks: readonly [number, number]
  readonly amount: number
  readonly text: string
}

const text = fc.constantFrom('', 'food', 'bakery', 'Food', 'team lunch', 'Lunch', 'bread', 'œuf', '😀')
const names = fc.constantFrom<MutatorName>(
  ...(['recordExpense', 'recordExpense', 'openAccount', 'transfer', 'retitleExpense', 'tagExpense', 'deleteExpense'] as const),
  ...(['renameTag', 'deleteTag', 'closeMonth', 'createList', 'deleteList', 'addItem', 'addItem', 'moveItem', 'removeItem'] as const),
  ...(['deposit', 'untagExpense', 'createCategoryOrIncrementIfExists'] as const),
)
const steps = fc.array(
  fc.record<Step>({
    name: names,
    picks: fc.tuple(fc.nat(6), fc.nat(6)),
    amount: fc.oneof(fc.integer({ min: -2, max: 400 }), fc.constant(0.5)),
    text,
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)

function argsOf(board: Board, { name, picks, amount, text }: Step): unknown {
  const pick = (table: string, which: 0 | 1 = 0) => {
    const ids = board.rows(`SELECT id FROM ${table} ORDER BY id`).flat()
    return ids[picks[which] % (ids.length + 1)] ?? 'none'
  }
  switch (name) {
    case 'createCategoryOrIncrementIfExists':
      return { name: text, incrementBy: amount }
    case 'openAccount':
      return { name: `${text}${picks[0]}`, deposit: amount * 10 }
    case 'deposit':
      return { account: pick('accounts'), amount }
    case 'transfer':
      return { from: pick('accounts', 0), to: pick('accounts', 1), amount }
    case 'recordExpense':
      return { account: pick('accounts'), title: text, amount, tags: ['food', text].slice(picks[1] % 3), at: board.now - picks[1] * DAY_MS }
    case 'retitleExpense':
      return { expense: pick('expenses'), title: text }
    case 'tagExpense':
      return { expense: pick('expenses'), tag: text }
    case 'untagExpense':
      return { expense: pick('expenses'), tag: text }
    case 'deleteExpense':
      return { expense: pick('expenses') }
    case 'renameTag':
      return { tag: pick('tags'), name: text }
    case 'deleteTag':
      return { tag: pick('tags') }
    case 'closeMonth':
      return { month: `2025-0${picks[0]}` }
    case 'createList':
      return { title: text }
    case 'deleteList':
      return { list: pick('lists') }
    case 'addItem':
      return { list: pick('lists'), title: text }
    case 'moveItem':
      return { item: pick('items', 0), list: pick('lists', 1), to: amount % 5 }
    case 'removeItem':
      return { item: pick('items') }
  }
}

function furnish(board: Board): void {
  for (const name of ['Bank', 'Cash']) {
    const account = board.do('openAccount', { name, deposit: 5000 })
    board.do('recordExpense', { account, title: 'Lunch', amount: 300, tags: ['food', name] })
    const list = board.do('createList', { title: name })
    for (const title of ['a', 'b']) board.do('addItem', { list, title })
  }
}

const DAY_MS = 86_400_000
const SEARCH = "SELECT id, title FROM expense_search WHERE expense_search MATCH 'food OR lunch' ORDER BY id"

test('[G3] the same mutations make the same changes on both engines, and the digest follows them', async () => {
  let succeeded = 0
  const run = async (sequence: Step[]) => {
    const [server, client] = (await Promise.all(engines.map(Board.open))) as [Board, Board]
    try {
      for (const board of [server, client]) furnish(board)
      for (const step of sequence) {
        const args = argsOf(server, step)
        const result = server.run(step.name, args)
        expect(client.run(step.name, args)).toEqual(result)
        if (result.ok) succeeded++
        for (const board of [server, client]) board.now += step.picks[1] * DAY_MS
      }
      expect(new Set([server.digest.toString(), client.digest.toString(), server.scan(), client.scan()]).size).toBe(1)
      expect(client.rows(SEARCH)).toEqual(server.rows(SEARCH))
      expect(server.rows(SEARCH)).toEqual(
        server.rows("SELECT id, title FROM expenses WHERE title LIKE '%food%' OR title LIKE '%lunch%' ORDER BY id"),
      )
      expect(server.rows('SELECT sum(balance), min(balance + may_overdraw * 1e9) >= 0 FROM accounts')).toEqual([[0, 1]])
      expect(server.rows('SELECT list FROM items GROUP BY list HAVING max(position) <> count(*) - 1')).toEqual([])
    } finally {
      server.close()
      client.close()
    }
  }
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 100 })
  // The sequences are of use only if enough of them works.
  expect(succeeded).toBeGreaterThan(500)
})
