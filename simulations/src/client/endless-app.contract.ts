import { defineMutators, defineSchema, type Tx } from '@savepoint/core'
import { defineApp } from '@savepoint/server'

const schema = defineSchema({
  name: 'endless',
  version: 1,
  sql: 'CREATE TABLE calls (id TEXT PRIMARY KEY NOT NULL, caller TEXT NOT NULL, n INTEGER NOT NULL, UNIQUE (caller, n))',
})

interface Call {
  readonly caller: string
  readonly n: number
}

function add(tx: Tx, { caller, n }: Call): void {
  tx.run('INSERT INTO calls VALUES (?, ?, ?)', [tx.id(), caller, n])
}

export const mutators = defineMutators({ add, hang: add })

/** Where the authority is, one of the mutators never returns. */
export const app = defineApp({
  schema,
  mutators,
  serverMutators: {
    hang(tx, call) {
      add(tx, call)
      for (;;) tx.random()
    },
  },
})
