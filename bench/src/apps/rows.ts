import { defineMutators, defineSchema } from '@savepoint/core'

export const rowsSchema = defineSchema({
  name: 'bench-rows',
  version: 1,
  sql: 'CREATE TABLE things (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL, note TEXT NOT NULL, likes INTEGER NOT NULL, at INTEGER NOT NULL)',
})

/** Three texts of 16, 32 and 64 characters that hardly compress, two integers. It is run on the server only, so its chance need not repeat. */
export const FILL_SQL = `WITH RECURSIVE n(i) AS (SELECT :from UNION ALL SELECT i + 1 FROM n WHERE i < :to)
  INSERT INTO things SELECT i, hex(randomblob(8)), hex(randomblob(16)), hex(randomblob(32)), abs(random()) % 1000, 1700000000000 + i FROM n`

export const rowsMutators = defineMutators({
  fill(tx, { from, to }: { from: number; to: number }) {
    tx.run(FILL_SQL, { from, to })
  },
  like(tx, { id }: { id: number }) {
    tx.run('UPDATE things SET likes = likes + 1 WHERE id = ?', [id])
  },
})
