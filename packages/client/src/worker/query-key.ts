import type { SqlParams } from '@savepoint/core'

/** A text that is the same for the same query with the same parameters only. */
export function queryKey(sql: string, params: SqlParams): string {
  const values = Array.isArray(params) ? params.map(valueKey) : Object.entries(params).map(([name, value]) => `${name}=${valueKey(value)}`)
  return `${sql.length}:${sql}${values.join()}`
}

function valueKey(value: unknown): string {
  if (value instanceof Uint8Array) return `b${value.length}:${value.join(' ')}`
  if (typeof value === 'string') return `s${value.length}:${value}`
  return Object.is(value, -0) ? '-0' : `${typeof value}${value}`
}
