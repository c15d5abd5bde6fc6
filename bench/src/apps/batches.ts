import { defineMutators, defineSchema } from '@savepoint/core'
import { defineApp } from '@savepoint/server'

/** Writes rows of its own, as many as it is asked to: the work of a mutation, small or large. */
export const app = defineApp({
  schema: defineSchema({
    name: 'bench-batches',
    version: 1,
    sql: 'CREATE TABLE cells (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, note TEXT NOT NULL)',
  }),
  mutators: defineMutators({
    touch(tx, { rows }: { rows: number }) {
      for (let id = 1; id <= rows; id++)
        tx.run('INSERT INTO cells VALUES (?, 1, ?) ON CONFLICT (id) DO UPDATE SET n = n + 1', [id, 'a note of some length'])
    },
  }),
})
