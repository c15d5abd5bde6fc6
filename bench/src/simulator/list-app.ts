import { defineMutators, defineSchema } from '@savepoint/core'
import { defineSimulation, SKIP } from '@savepoint/simulator'

const schema = defineSchema({
  name: 'bench-lists',
  version: 1,
  sql: `CREATE TABLE lists (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE);
    CREATE TABLE todos (id TEXT PRIMARY KEY NOT NULL, list TEXT NOT NULL REFERENCES lists ON DELETE CASCADE, title TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL, at INTEGER NOT NULL);
    CREATE INDEX todos_by_list ON todos (list, rank)`,
})

const mutators = defineMutators({
  addTodo(tx, { list, title }: { list: string; title: string }) {
    tx.run('INSERT INTO lists VALUES (?, ?) ON CONFLICT (name) DO NOTHING', [tx.id(), list])
    tx.run(
      `INSERT INTO todos (id, list, title, rank, at) SELECT :id, id, :title, (SELECT count(*) FROM todos WHERE list = lists.id), :now
        FROM lists WHERE name = :list`,
      { id: tx.id(), title, now: tx.now, list },
    )
  },
  toggle(tx, id: string) {
    tx.run('UPDATE todos SET done = 1 - done WHERE id = ?', [id])
  },
  rename(tx, { id, title }: { id: string; title: string }) {
    if (tx.run('UPDATE todos SET title = ? WHERE id = ?', [title, id]).changes === 0) tx.reject('gone')
  },
  remove(tx, id: string) {
    tx.run('DELETE FROM todos WHERE id = ?', [id])
  },
})

const todoIDs = 'SELECT id FROM todos ORDER BY id'

/** An app as small apps are: two tables, rows that refer to each other, conflicts. */
export const listSimulation = defineSimulation({
  schema,
  mutators,
  workload: {
    addTodo: { weight: 3, args: (random) => ({ list: random.pick(['home', 'work']), title: random.id() }) },
    toggle: { weight: 2, args: (random, read) => pickID(random, read(todoIDs)) },
    rename: (random, read) => {
      const id = pickID(random, read(todoIDs))
      return id === SKIP ? SKIP : { id, title: random.id() }
    },
    remove: (random, read) => pickID(random, read(todoIDs)),
  },
})

function pickID(random: { pick<T>(list: readonly T[]): T }, rows: readonly { readonly [column: string]: unknown }[]): string | typeof SKIP {
  return rows.length === 0 ? SKIP : (random.pick(rows).id as string)
}
