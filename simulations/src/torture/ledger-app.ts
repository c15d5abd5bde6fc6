import { existsSync } from 'node:fs'
import { defineMutators, defineSchema } from '@savepoint/core'
import { defineApp } from '@savepoint/server'

/** Loss and doubling both show: a row has no key that could hide a second run, and the counter has to agree with the rows. */
export const schema = defineSchema({
  name: 'torture',
  version: 1,
  sql: `
CREATE TABLE marks (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  client TEXT NOT NULL,
  n INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX marks_by_id ON marks (id);
CREATE TABLE counters (client TEXT PRIMARY KEY NOT NULL, count INTEGER NOT NULL) STRICT;`,
})

export interface Mark {
  /** Unique. It begins with the room, so that one in another room shows. */
  readonly id: string
  readonly client: string
  /** 1, 2, 3 … for each client. */
  readonly n: number
  /** Makes commits of several pages. */
  readonly text: string
  /** The server is to reject it, after it has written. */
  readonly refused: boolean
}

export const mutators = defineMutators({
  mark(tx, { id, client, n, text, refused }: Mark) {
    tx.run('INSERT INTO marks (id, client, n, text) VALUES (?, ?, ?, ?)', [id, client, n, text])
    tx.run('INSERT INTO counters (client, count) VALUES (?, 1) ON CONFLICT (client) DO UPDATE SET count = count + 1', [client])
    if (refused && tx.location === 'server') tx.reject('refused')
  },
})

/** While there is such a file, mutators die when they have written. */
const dieMidMutator = process.env.DIE_MID_MUTATOR ?? ''

/** As the threads of a server that is to be killed run it. */
export const app = defineApp({
  schema,
  mutators,
  serverMutators: {
    mark(tx, args: Mark) {
      mutators.definitions.mark(tx, args)
      if (existsSync(dieMidMutator)) process.kill(process.pid, 'SIGKILL')
    },
  },
})
