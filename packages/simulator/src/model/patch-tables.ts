import { encodeRow, type WirePatch } from '@savepoint/core'
import { quoteName } from './content-query.ts'
import type { ReferenceDatabase } from './reference-database.ts'

interface PatchTable {
  readonly key: readonly number[]
  /** Rows by key, both as JSON text. */
  readonly rows: Map<string, string>
}

/** Tables that hold nothing but what row changes say: a row is put under its key, or taken away. No SQLite is in it. */
export class PatchTables {
  readonly #tables: ReadonlyMap<string, PatchTable>

  private constructor(tables: ReadonlyMap<string, PatchTable>) {
    this.#tables = tables
  }

  /** Starts with what the database holds. */
  static of(reference: ReferenceDatabase): PatchTables {
    return new PatchTables(
      new Map(reference.query.tables.map(({ name, key, columns }) => [name, { key, rows: wireRows(reference, name, columns, key) }])),
    )
  }

  /** @param changes JSON text of a `WirePatch` */
  apply(changes: string): void {
    for (const [name, puts, deletes] of JSON.parse(changes) as WirePatch) {
      const table = this.#tables.get(name)
      if (table === undefined) continue
      for (const key of deletes) table.rows.delete(JSON.stringify(key))
      for (const row of puts) table.rows.set(JSON.stringify(table.key.map((i) => row[i])), JSON.stringify(row))
    }
  }

  /** The first row that is not as in the database, as a sentence; null if all are. */
  differenceTo(reference: ReferenceDatabase): string | null {
    for (const { name, columns, key } of reference.query.tables) {
      const rows = (this.#tables.get(name) as PatchTable).rows
      const wanted = wireRows(reference, name, columns, key)
      for (const [id, row] of wanted) {
        if (rows.get(id) !== row) return `${name} ${id}: the changes make ${rows.get(id) ?? 'no row'}, the mutators ${row}`
      }
      for (const [id, row] of rows) if (!wanted.has(id)) return `${name} ${id}: the changes make ${row}, the mutators no row`
    }
    return null
  }
}

function wireRows({ driver }: ReferenceDatabase, table: string, columns: readonly string[], key: readonly number[]): Map<string, string> {
  const statement = driver.prepare(`SELECT ${columns.map(quoteName).join(', ')} FROM main.${quoteName(table)}`)
  const rows = statement.exact().map((row): [string, string] => {
    const wire = encodeRow(row)
    return [JSON.stringify(key.map((i) => wire[i])), JSON.stringify(wire)]
  })
  statement.finalize()
  return new Map(rows)
}
