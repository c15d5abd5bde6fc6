import { Digest } from '@savepoint/sqlite'
import { quoteName } from './content-query.ts'
import type { ReferenceDatabase } from './reference-database.ts'

/** The digest of a content, by reading all of it: 16 hex digits. */
export function digestOfReference({ driver, query }: ReferenceDatabase): string {
  const digest = new Digest()
  const names = new Set(query.tables.map(({ name }) => name))
  for (const { name, columns } of query.tables) {
    const select = `SELECT ${columns.map(quoteName).join(', ')} FROM main.${quoteName(name)}`
    const isSequence = name === 'sqlite_sequence'
    const statement = driver.prepare(select)
    for (const row of statement.exact()) if (!isSequence || names.has(String(row[0]))) digest.add(name, row)
    statement.finalize()
  }
  return digest.toString()
}
