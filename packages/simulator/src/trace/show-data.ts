import { decodeData } from '@savepoint/core'
import { plainText } from './plain-text.ts'

/** Encoded arguments or a return value, as a person would write them, on one line; nothing for no arguments. */
export function showData(encoded: string, lengthMax = 60): string {
  return plainText(read(encoded), lengthMax)
}

/** As few words as there are for arguments: `Milk, 3` for `{ title: 'Milk', count: 3 }`. */
export function showValues(encoded: string): string {
  try {
    const value = decodeData(encoded)
    if (value === undefined) return ''
    const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    const items = isPlain ? Object.values(value) : [value]
    return plainText(items.map((item) => (typeof item === 'string' ? item : write(item))).join(', '))
  } catch {
    return plainText(encoded)
  }
}

/** Encoded rows: `(1, 'Milk', null) (2, 'Tea', 3)`. */
export function showRows(encoded: string): string {
  const rows = decodeData(encoded) as readonly (readonly unknown[])[]
  if (rows.length === 0) return 'no rows'
  return rows.map((row) => `(${row.map((value) => (typeof value === 'string' ? `'${value}'` : write(value))).join(', ')})`).join(' ')
}

function read(encoded: string): string {
  try {
    const value = decodeData(encoded)
    return value === undefined ? '' : write(value)
  } catch {
    // A trace is to be read when something is wrong, and that may be the encoding.
    return encoded
  }
}

function write(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Date(NaN)' : value.toISOString()
  if (value instanceof Uint8Array) return `Uint8Array(${value.length})`
  if (value instanceof Map) return `Map{${[...value].map(([key, item]) => `${write(key)}=>${write(item)}`).join(',')}}`
  if (value instanceof Set) return `Set{${[...value].map(write).join(',')}}`
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`)
    .join(',')}}`
}
