import { defineMutators } from '@savepoint/core'
import { defineApp } from '../define-app.ts'
import { shopMutators, shopSchema } from './shop.ts'

const held: unknown[] = []

/** The shop as a module that threads load, with mutators that do not end, and that end their thread. */
export const app = defineApp({
  schema: shopSchema,
  mutators: defineMutators({
    ...shopMutators.definitions,
    loop(tx, args: { title: string }) {
      tx.run('INSERT INTO items (id, title) VALUES (?, ?)', [tx.id(), args.title])
      for (;;) tx.random()
    },
    loopInQuery(tx) {
      return tx.get('WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n')
    },
    rowsWithoutEnd(tx) {
      return tx.all('WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n').length
    },
    hoard() {
      for (;;) held.push(Array.from({ length: 1000 }, (_, i) => ({ i })))
    },
    exit() {
      process.exit(3)
    },
    followUp(_tx, _args: { work: 'loop' | 'throw later' }) {},
  }),
  retention: { versions: 1000 },
  afterCommit({ name, args }) {
    if (name !== 'followUp') return
    const { work } = args as { readonly work: string }
    while (work === 'loop') held.length = 0
    if (work === 'throw later') setImmediate(() => raise())
  },
})

function raise(): never {
  throw new Error('nobody catches this')
}
