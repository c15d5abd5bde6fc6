import { type Patch, type Row, type RowChange, rowKey, sameRow } from '@savepoint/core'

interface Net {
  readonly pk: RowChange['pk']
  readonly before: Row | undefined
  after: Row | undefined
}

/**
 * The net of the changes of several mutations, oldest first, as a patch: what to put and what to delete. Rows that ended as
 * they began are left out. Tables, and rows within them, come in the order in which they were first touched.
 */
export function patchOf(changes: Iterable<RowChange>): Patch {
  const patch: Patch[number][] = []
  for (const [table, rows] of netByTable(changes)) {
    const puts: Row[] = []
    const deletes: RowChange['pk'][] = []
    for (const { pk, before, after } of rows.values()) {
      if (!isChange(before, after)) continue
      if (after === undefined) deletes.push(pk)
      else puts.push(after)
    }
    if (puts.length > 0 || deletes.length > 0) patch.push({ table, puts, deletes })
  }
  return patch
}

function netByTable(changes: Iterable<RowChange>): Map<string, Map<string | number, Net>> {
  const tables = new Map<string, Map<string | number, Net>>()
  for (const { table, pk, before, after } of changes) {
    const rows = tables.get(table) ?? new Map<string | number, Net>()
    tables.set(table, rows)
    const key = rowKey(pk)
    const net = rows.get(key)
    if (net === undefined) rows.set(key, { pk, before, after })
    else net.after = after
  }
  return tables
}

function isChange(before: Row | undefined, after: Row | undefined): boolean {
  return before === undefined || after === undefined ? before !== after : !sameRow(before, after)
}
