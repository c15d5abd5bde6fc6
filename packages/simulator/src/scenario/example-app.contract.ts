import { defineMutators, defineSchema } from '@savepoint/core'
import type { SimulatedApp } from '../app.ts'

const schema = defineSchema({ name: 'shop', version: 1, sql: 'CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, stock INTEGER NOT NULL)' })

const mutators = defineMutators({
  add(tx, args: { id: string; stock: number }) {
    tx.run('INSERT INTO items (id, stock) VALUES (?, ?)', [args.id, args.stock])
  },
  sell(tx, args: { id: string }) {
    tx.run('UPDATE items SET stock = stock - 1 WHERE id = ?', [args.id])
  },
  clear(tx) {
    tx.run('DELETE FROM items')
  },
})

/** A small shop, with a later version of it. */
export const EXAMPLE_APP: SimulatedApp = {
  schema,
  mutators,
  workload: {
    add: (random: { id(): string }) => ({ id: random.id(), stock: 3 }),
    sell: { args: () => ({ id: 'x' }), weight: 3 },
    clear: { weight: 0.1 },
  } as SimulatedApp['workload'],
  laterVersions: [
    { schema: defineSchema({ ...schema, version: 2, sql: `${schema.sql}; CREATE INDEX stocks ON items (stock)` }), mutators },
  ],
}
