import { defineMutators, defineSchema } from '@savepoint/core'

/** The statements of `add`, and one that reads a counter, for those who run them by hand. */
export const FIND_SQL = 'SELECT id FROM counters WHERE name = ?'
export const INCREMENT_SQL = 'UPDATE counters SET n = n + ? WHERE id = ?'
export const INSERT_SQL = 'INSERT INTO counters (name, n) VALUES (?, ?)'
export const COUNT_SQL = 'SELECT n FROM counters WHERE name = ?'

export const COUNTERS_SQL = `CREATE TABLE counters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '')`

export const countersSchema = defineSchema({ name: 'bench-counters', version: 1, sql: COUNTERS_SQL })

/** Puts in the counters `counter-<from>` to `counter-<to>`, with these ids. */
export const FILL_SQL = `WITH RECURSIVE i(id) AS (SELECT :from UNION ALL SELECT id + 1 FROM i WHERE id < :to)
  INSERT INTO counters (id, name, n, note) SELECT id, 'counter-' || id, 0, :note FROM i`

/** Statements of `add` that find a counter by its name, add to it by its ID or else its name, or make it; and one that reads it. */
export interface CountersStatements {
  readonly find: string
  readonly increment: string
  readonly insert: string
  readonly count: string
}

export const BY_ID: CountersStatements = { find: FIND_SQL, increment: INCREMENT_SQL, insert: INSERT_SQL, count: COUNT_SQL }

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
  addByID(tx, { id, by }: { id: number; by: number }) {
    tx.run(INCREMENT_SQL, [by, id])
  },
  fill(tx, { from, to, note }: { from: number; to: number; note: string }) {
    tx.run(FILL_SQL, { from, to, note })
  },
})
