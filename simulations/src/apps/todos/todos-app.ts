import { defineMutators, defineSchema, type Tx } from '@savepoint/core'
import type { Random, SimulatedApp } from '@savepoint/simulator'

const TODOS = 'CREATE TABLE todos (id TEXT PRIMARY KEY NOT NULL, title TEXT NOT NULL);'

const mutators = defineMutators({
  /** An ID that is taken breaks its UNIQUE. */
  add(tx, { id, title }: { id: string; title: string }) {
    tx.run('INSERT INTO todos (id, title) VALUES (?, ?)', [id, title])
  },
  /** Makes it, or gives it another title. */
  put(tx, { id, title }: { id: string; title: string }) {
    tx.run('INSERT INTO todos (id, title) VALUES (:id, :title) ON CONFLICT (id) DO UPDATE SET title = :title', { id, title })
  },
  rename(tx, { id, title }: { id: string; title: string }) {
    if (tx.run('UPDATE todos SET title = ? WHERE id = ?', [title, id]).changes === 0) tx.reject('gone', `There is no ${id} any more`)
  },
  remove(tx, { id }: { id: string }) {
    tx.run('DELETE FROM todos WHERE id = ?', [id])
  },
  /** Makes the title longer, so that what is done once differs from what is done twice, or not at all. */
  append(tx, { id, text }: { id: string; text: string }) {
    tx.run('UPDATE todos SET title = title || ? WHERE id = ?', [text, id])
  },
  /** Writes, and fails then: on the server, when it is replayed, or wherever it runs. */
  poison(tx, { id, where }: { id: string; where: 'server' | 'replay' | 'everywhere' }) {
    tx.run('UPDATE todos SET title = ? WHERE id = ?', ['poisoned', id])
    if (where === 'everywhere' || (where === 'server' ? tx.location === 'server' : tx.reason === 'rebase')) throw new Error('poison')
  },
})

/** With a priority, which the same calls set to nothing. */
const later = {
  schema: defineSchema({ name: 'todos', version: 2, sql: `${TODOS.slice(0, -2)}, priority INTEGER NOT NULL DEFAULT 0);` }),
  mutators: defineMutators({
    ...mutators.definitions,
    prioritize(tx: Tx, { id, priority }: { id: string; priority: number }) {
      tx.run('UPDATE todos SET priority = ? WHERE id = ?', [priority, id])
    },
  }),
}

const IDS = ['a', 'b', 'c', 'd', 'e']
const TITLES = ['Milk', 'Bread', 'Tea']

const titled = (random: Random) => ({ id: random.pick(IDS), title: random.pick(TITLES) })

/** A list of things to do: as small as an app can be on which people get in each other's way. */
export const todosApp: SimulatedApp<(typeof mutators)['definitions']> = {
  schema: defineSchema({ name: 'todos', version: 1, sql: TODOS }),
  mutators,
  laterVersions: [later],
  workload: {
    add: titled,
    put: titled,
    rename: titled,
    remove: (random) => ({ id: random.pick(IDS) }),
    append: { args: (random) => ({ id: random.pick(IDS), text: random.pick(['!', '?', ' and more']) }), weight: 2 },
    poison: {
      args: (random) => ({ id: random.pick(IDS), where: random.pick(['server', 'replay', 'everywhere'] as const) }),
      weight: 0.5,
    },
  },
}
