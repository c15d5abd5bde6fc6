import { type ExactValue, Real, sameValue } from './exact-value.ts'

/** The values of a row's stored columns, in the table's column order; generated columns are not among them. */
export type Row = readonly ExactValue[]

/**
 * What became of one row, net, over one mutation: no `before` is an insert, no `after` a delete. `pk` holds the
 * primary key's values in the key's own order, which need not be the columns'.
 */
export interface RowChange {
  readonly table: string
  readonly pk: readonly ExactValue[]
  readonly before?: Row
  readonly after?: Row
}

/** True if both rows hold the same stored values. */
export function sameRow(a: Row, b: Row): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!sameValue(a[i] as ExactValue, b[i] as ExactValue)) return false
  return true
}

/** A key that a Map can hold: equal for equal primary keys, and for no others. */
export function rowKey(pk: readonly ExactValue[]): string | number {
  const only = pk[0] as ExactValue
  if (pk.length === 1 && typeof only === 'number' && Number.isSafeInteger(only)) return only
  return pk.map(valueKey).join('')
}

/** Length-prefixed, so that no two lists of values share a text. */
function valueKey(value: ExactValue): string {
  if (typeof value === 'string') return `s${value.length}:${value}`
  if (value === null) return 'n;'
  if (value instanceof Uint8Array)
    return `b${value.length}:${Array.prototype.map.call(value, (x: number) => x.toString(16).padStart(2, '0')).join('')}`
  if (value instanceof Real) return `r${Object.is(value.value, -0) ? '-0' : value.value};`
  return typeof value === 'number' && !Number.isSafeInteger(value) ? `r${value};` : `i${value};`
}
