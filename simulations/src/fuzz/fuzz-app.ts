import { defineMutators, defineSchema } from '@savepoint/core'
import { defineApp } from '@savepoint/server'

const schema = defineSchema({
  name: 'fuzz',
  version: 1,
  sql: 'CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, value ANY) STRICT;',
})

/** Rows of a room stay few, whatever is sent. */
const ROWS_MAX = 500

const mutators = defineMutators({
  put(tx, { id, value }: { id: string; value: unknown }) {
    tx.run('INSERT INTO notes (id, value) VALUES (:id, :value) ON CONFLICT (id) DO UPDATE SET value = :value', {
      id,
      value: value as never,
    })
    const count = tx.get<{ count: number }>('SELECT count(*) AS count FROM notes')?.count ?? 0
    if (count > ROWS_MAX) tx.reject('full')
  },
  drop(tx, { id }: { id: string }) {
    return tx.run('DELETE FROM notes WHERE id = ?', [id]).changes
  },
  find(tx, { like }: { like: string }) {
    return tx.all('SELECT id FROM notes WHERE id LIKE ? ORDER BY id LIMIT 5', [like])
  },
  echo(_, args: unknown) {
    return args
  },
})

/** What is kept of a room must not be what grows. */
export const app = defineApp({ schema, mutators, retention: { versions: 1000 } })

/** Where guests may read and write. */
export const OPEN_ROOMS = ['open', 'other'] as const

/** Where they may not, and where what must never reach them is kept. */
export const SECRET_ROOMS = ['secret', 'vault'] as const

/** Where an honest client works on, meanwhile. */
export const HONEST_ROOM = 'honest'

/** In every row that guests put somewhere: it must be in no room but theirs. */
export const GUESTS_MARK = 'GUESTS-MARK'
