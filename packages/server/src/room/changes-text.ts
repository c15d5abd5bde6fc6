import { encodeRow, type RowChange, rowKey } from '@savepoint/core'

/** The net row changes of a batch as JSON text of a `WirePatch`. Each row is encoded once, for its log entry and the poke. */
export class ChangesText {
  /** By table, by row: the row's text if it is there now, or `-` and the key's text if it is gone. */
  readonly #tables = new Map<string, Map<string | number, string>>()
  #length = 0

  /** Characters, not counting what later changes to the same rows save. */
  get length(): number {
    return this.#length
  }

  /** Adds one mutation's changes, each row at most once. Returns their own text. */
  add(changes: readonly RowChange[]): string {
    if (changes.length === 0) return '[]'
    const tables = new Map<string, { puts: string; deletes: string }>()
    for (const { table, pk, after } of changes) {
      let own = tables.get(table)
      if (own === undefined) {
        own = { puts: '', deletes: '' }
        tables.set(table, own)
      }
      let rows = this.#tables.get(table)
      if (rows === undefined) {
        rows = new Map()
        this.#tables.set(table, rows)
      }
      if (after === undefined) {
        const text = JSON.stringify(encodeRow(pk))
        own.deletes += own.deletes === '' ? text : `,${text}`
        rows.set(rowKey(pk), `-${text}`)
      } else {
        const text = JSON.stringify(encodeRow(after))
        own.puts += own.puts === '' ? text : `,${text}`
        rows.set(rowKey(pk), text)
      }
    }
    let text = ''
    for (const [table, { puts, deletes }] of tables) text += `${text === '' ? '' : ','}[${JSON.stringify(table)},[${puts}],[${deletes}]]`
    this.#length += text.length
    return `[${text}]`
  }

  /** The changes of all that was added, one for each row. */
  merged(): string {
    const tables: string[] = []
    for (const [table, rows] of this.#tables) {
      const puts: string[] = []
      const deletes: string[] = []
      for (const text of rows.values()) {
        if (text.startsWith('-')) deletes.push(text.slice(1))
        else puts.push(text)
      }
      tables.push(`[${JSON.stringify(table)},[${puts.join(',')}],[${deletes.join(',')}]]`)
    }
    return `[${tables.join(',')}]`
  }
}
