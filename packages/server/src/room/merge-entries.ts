import type { WirePatch, WireValue } from '@savepoint/core'

/** Net changes of a range of log entries, kept as they are on the wire: the last word on each row counts. */
export class MergedChanges {
  /** By table, by the text of the row's key. */
  readonly #tables = new Map<string, Map<string, { readonly text: string; readonly gone: boolean }>>()
  readonly #keyColumns: (table: string) => readonly number[] | undefined
  #length = 0

  /** `keyColumns` tells where in a row, as it is on the wire, its primary key's values stand, in the key's order. */
  constructor(keyColumns: (table: string) => readonly number[] | undefined) {
    this.#keyColumns = keyColumns
  }

  /** Characters that the text will have, about. */
  get length(): number {
    return this.#length
  }

  /** Adds an entry's changes; entries are added in the order of their versions. */
  add(changes: string): void {
    for (const [table, puts, deletes] of JSON.parse(changes) as WirePatch) {
      const columns = this.#keyColumns(table)
      if (columns === undefined) continue
      let rows = this.#tables.get(table)
      if (rows === undefined) {
        rows = new Map()
        this.#tables.set(table, rows)
      }
      for (const row of puts) this.#set(rows, JSON.stringify(columns.map((column) => row[column] as WireValue)), JSON.stringify(row), false)
      for (const key of deletes) {
        const text = JSON.stringify(key)
        this.#set(rows, text, text, true)
      }
    }
  }

  #set(rows: Map<string, { text: string; gone: boolean }>, key: string, text: string, gone: boolean): void {
    this.#length += text.length + 1 - (rows.get(key)?.text.length ?? -1)
    rows.set(key, { text, gone })
  }

  /** JSON text of a `WirePatch`. */
  toString(): string {
    const tables: string[] = []
    for (const [table, rows] of this.#tables) {
      const puts: string[] = []
      const deletes: string[] = []
      for (const { text, gone } of rows.values()) (gone ? deletes : puts).push(text)
      tables.push(`[${JSON.stringify(table)},[${puts.join(',')}],[${deletes.join(',')}]]`)
    }
    return `[${tables.join(',')}]`
  }
}
