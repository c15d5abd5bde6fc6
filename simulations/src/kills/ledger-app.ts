import { defineMutators, defineSchema } from '@savepoint/core'
import { defineApp } from '@savepoint/server'

/** Loss and doubling both show: a row has no key that could hide a second run, and the counter has to agree with the rows. */
export const schema = defineSchema({
  name: 'kills',
  version: 1,
  sql: `
CREATE TABLE marks (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  client TEXT NOT NULL,
  n INTEGER NOT NULL
) STRICT;
CREATE INDEX marks_by_id ON marks (id);
CREATE TABLE counters (client TEXT PRIMARY KEY NOT NULL, count INTEGER NOT NULL) STRICT;`,
})

export interface Mark {
  /** Unique. */
  readonly id: string
  readonly client: string
  /** 1, 2, 3 … for each client. */
  readonly n: number
  /** The server is to reject it, after it has written. */
  readonly refused: boolean
}

export const mutators = defineMutators({
  mark(tx, { id, client, n, refused }: Mark) {
    tx.run('INSERT INTO marks (id, client, n) VALUES (?, ?, ?)', [id, client, n])
    tx.run('INSERT INTO counters (client, count) VALUES (?, 1) ON CONFLICT (client) DO UPDATE SET count = count + 1', [client])
    if (refused && tx.location === 'server') tx.reject('refused')
  },
})

export const app = defineApp({ schema, mutators })
