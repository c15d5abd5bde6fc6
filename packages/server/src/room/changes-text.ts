import { encodeRow, type RowChange, rowKey } from '@savepoint/core'

/** One table's changes in a batch. */
interface TableText {
  /** Its name as JSON text. */
  readonly name: string
  /** By key: the row's text if it is there now, or `-` and the key's text if it is gone. */
  readonly rows: Map<string | number, string>
}

/** The net row changes of a batch as JSON text of a `WirePatch`. Each row is encoded once, for its log entry and the poke. */
export class ChangesText {
  readonly #tables = new Map<string, TableText>()
  #length = 0

  /** Characters, not counting what later changes to the same rows save. */
  get length(): number {
    return this.#length
  }

  /** Adds one mutation's changes, each row at most once and those of a table in one run. Returns their own text. */
  add(changes: readonly RowChange[]): string {
    let text = ''
    for (let next = 0; next < changes.length; ) {
      const { table } = changes[next] as RowChange
      const { name, rows } = this.#of(table)
      let puts = ''
      let deletes = ''
      for (; changes[next]?.table === table; next++) {
        const { pk, after } = changes[next] as RowChange
        const row = JSON.stringify(encodeRow(after ?? pk))
        if (after === undefined) deletes += deletes === '' ? row : `,${row}`
        else puts += puts === '' ? row : `,${row}`
        rows.set(rowKey(pk), after === undefined ? `-${row}` : row)
      }
      text += `${text === '' ? '' : ','}[${name},[${puts}],[${deletes}]]`
    }
    this.#length += text.length
    return `[${text}]`
  }

  /** The changes of all that was added, one for each row. */
  merged(): string {
    const tables: string[] = []
    for (const { name, rows } of this.#tables.values()) {
      const puts: string[] = []
      const deletes: string[] = []
      for (const text of rows.values()) {
        if (text.startsWith('-')) deletes.push(text.slice(1))
        else puts.push(text)
      }
      tables.push(`[${name},[${puts.join(',')}],[${deletes.join(',')}]]`)
    }
    return `[${tables.join(',')}]`
  }

  #of(table: string): TableText {
    let own = this.#tables.get(table)
    if (own === undefined) {
      own = { name: JSON.stringify(table), rows: new Map() }
      this.#tables.set(table, own)
    }
    return own
  }
}
