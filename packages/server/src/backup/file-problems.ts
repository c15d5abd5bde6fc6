import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'

/** Problems of one kind that are told one by one. */
const PROBLEMS_TOLD_MAX = 10

/** What SQLite itself finds wrong with a database file. */
export function fileProblems(path: string): string[] {
  const driver = openBetterSqlite3(path, { readonly: true })
  try {
    const found = driver
      .prepare(`PRAGMA integrity_check(${PROBLEMS_TOLD_MAX})`)
      .exact()
      .map(([text]) => String(text))
    const damage = found[0] === 'ok' ? [] : found.map((text) => `SQLite finds damage: ${text}.`)
    const keys = driver.prepare('PRAGMA foreign_key_check').all()
    const orphans = keys
      .slice(0, PROBLEMS_TOLD_MAX)
      .map(
        ({ table, rowid, parent }) =>
          `A row of ${table}${rowid === null ? '' : ` (rowid ${rowid})`} refers to a row of ${parent} that is not there.`,
      )
    if (keys.length > orphans.length) orphans.push(`So do ${keys.length - orphans.length} other rows.`)
    return [...damage, ...orphans]
  } catch (error) {
    return [`SQLite finds damage: ${(error as Error).message}.`]
  } finally {
    driver.close()
  }
}
