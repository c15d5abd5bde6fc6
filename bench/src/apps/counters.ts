import { defineMutators, defineSchema } from '@savepoint/core'

/** The statements of `add`, for those who run them by hand. */
export const FIND_SQL = 'SELECT id FROM counters WHERE name = ?'
export const INCREMENT_SQL = 'UPDATE counters SET n = n + ? WHERE id = ?'
export const INSERT_SQL = 'INSERT INTO counters (name, n) VALUES (?, ?)'

export const COUNTERS_SQL = `CREATE TABLE counters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '')`

export const countersSchema = defineSchema({ name: 'bench-counters', version: 1, sql: COUNTERS_SQL })

/** What `add` takes. */
export interface AddArgs {
  readonly name: string
  readonly by: number
}

export const countersMutators = defineMutators({
  add(tx, { name, by }: AddArgs) {
    const known = tx.get<{ id: number }>(FIND_SQL, [name])
    if (known) tx.run(INCREMENT_SQL, [by, known.id])
    else tx.run(INSERT_SQL, [name, by])
  },
})
