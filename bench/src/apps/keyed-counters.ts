import { defineMutators, defineSchema } from '@savepoint/core'
import type { AddArgs, CountersStatements } from './counters.ts'

/** Counters whose key is their name, as every system of the comparison has them. */
export const COUNTERS_SQL = 'CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID'

/** The statements of `add`, and one that reads a counter. */
export const BY_NAME: CountersStatements = {
  find: 'SELECT n FROM counters WHERE name = ?',
  increment: 'UPDATE counters SET n = n + ? WHERE name = ?',
  insert: 'INSERT INTO counters (name, n) VALUES (?, ?)',
  count: 'SELECT n FROM counters WHERE name = ?',
}

/** Puts in the counters `counter-<from>` to `counter-<to>`. */
export const FILL_SQL = `WITH RECURSIVE i(id) AS (SELECT :from UNION ALL SELECT id + 1 FROM i WHERE id < :to)
  INSERT INTO counters (name, n) SELECT 'counter-' || id, 0 FROM i`

export const keyedCountersSchema = defineSchema({ name: 'bench-keyed-counters', version: 1, sql: COUNTERS_SQL })

export const keyedCountersMutators = defineMutators({
  add(tx, { name, by }: AddArgs) {
    if (tx.get(BY_NAME.find, [name])) tx.run(BY_NAME.increment, [by, name])
    else tx.run(BY_NAME.insert, [name, by])
  },
  fill(tx, { from, to }: { from: number; to: number }) {
    tx.run(FILL_SQL, { from, to })
  },
})
