import { defineMutators, defineSchema } from '@savepoint/core'
import { mutators as demoMutators, schema as demoSchema } from '@savepoint-demo/mutators'

const THINGS_SQL = 'CREATE TABLE Things (id INTEGER PRIMARY KEY, note TEXT NOT NULL);'
const FILL_SQL = `WITH RECURSIVE k(i) AS (SELECT :from UNION ALL SELECT i + 1 FROM k WHERE i < :to)
  INSERT INTO Things SELECT i, hex(randomblob(:bytes / 2)) FROM k`

/** What the tabs of the tests have in common: the demo's database, and a table that can be made large. */
export const schema = defineSchema({ name: 'tabs', version: 1, sql: demoSchema.sql + THINGS_SQL })

/** The same app after its next deployment. */
export const newerSchema = defineSchema({ ...schema, version: 2, sql: `${schema.sql} CREATE TABLE Notes (id INTEGER PRIMARY KEY);` })

export const mutators = defineMutators({
  ...demoMutators.definitions,
  /** Goes well when it is called, and on the server, and never in between. */
  createOnce(tx, { name }: { name: string }) {
    if (tx.reason === 'rebase') throw new Error(`${name} cannot be replayed`)
    tx.run('INSERT INTO Categories (name, count) VALUES (?, 1)', [name])
  },
  /** Its chance need not repeat: only the server runs it. */
  fill(tx, range: { from: number; to: number; bytes: number }) {
    if (tx.location === 'server') tx.run(FILL_SQL, range)
  },
})
