import { SavepointError } from '../errors/savepoint-error.ts'
import { type ExactValue, Real } from './exact-value.ts'
import type { Patch, TablePatch } from './patch.ts'

/**
 * A value as JSON carries it: null, text and numbers as they are (a safe integer is INTEGER, another number REAL), and
 * tagged pairs for what JSON cannot tell: `["i", digits]` an INTEGER beyond 2^53, `["r", n]` a REAL that is whole or
 * not finite, `["b", base64]` a BLOB.
 */
export type WireValue = null | string | number | readonly ['i', string] | readonly ['r', number | string] | readonly ['b', string]

/** One table's net changes: its name, whole rows that are there now, keys of rows that are gone. */
export type WireTablePatch = readonly [table: string, puts: readonly (readonly WireValue[])[], deletes: readonly (readonly WireValue[])[]]

export type WirePatch = readonly WireTablePatch[]

export function encodePatch(patch: Patch): WirePatch {
  return patch.map(({ table, puts, deletes }) => [table, puts.map(encodeRow), deletes.map(encodeRow)])
}

/** @throws SavepointError `bad-message` if it is not a {@link WirePatch}. */
export function decodePatch(wire: unknown): Patch {
  return asArray(wire).map(decodeTable)
}

function decodeTable(wire: unknown): TablePatch {
  const [table, puts, deletes, ...rest] = asArray(wire)
  if (typeof table !== 'string' || rest.length > 0) throw malformed()
  return { table, puts: asArray(puts).map(decodeRow), deletes: asArray(deletes).map(decodeRow) }
}

export function encodeRow(row: readonly ExactValue[]): readonly WireValue[] {
  // Most rows hold only what JSON carries, and are sent as they are.
  for (let i = 0; i < row.length; i++) if (!isPlain(row[i] as ExactValue)) return row.map(encodeValue)
  return row as readonly WireValue[]
}

/** @throws SavepointError `bad-message` */
export function decodeRow(wire: unknown): readonly ExactValue[] {
  const row = asArray(wire)
  for (let i = 0; i < row.length; i++) if (!isPlain(row[i] as ExactValue)) return row.map(decodeValue)
  return row as readonly ExactValue[]
}

function isPlain(value: ExactValue): boolean {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

function encodeValue(value: ExactValue): WireValue {
  if (typeof value === 'bigint') return ['i', value.toString()]
  if (value instanceof Uint8Array) return ['b', toBase64(value)]
  if (value instanceof Real) return ['r', Object.is(value.value, -0) ? '-0' : value.value]
  if (typeof value === 'number' && !Number.isFinite(value)) return ['r', String(value)]
  return value
}

function decodeValue(wire: unknown): ExactValue {
  if (!Array.isArray(wire)) {
    if (wire === null || typeof wire === 'string' || typeof wire === 'number') return wire
    throw malformed()
  }
  const [tag, content, ...rest] = wire as unknown[]
  if (rest.length === 0) {
    if (tag === 'i' && typeof content === 'string' && /^-?\d{16,19}$/.test(content)) return BigInt.asIntN(64, BigInt(content))
    if (tag === 'b' && typeof content === 'string') return fromBase64(content)
    if (tag === 'r' && Number.isSafeInteger(content)) return new Real(content as number)
    if (tag === 'r' && content === '-0') return new Real(-0)
    if (tag === 'r' && (content === 'Infinity' || content === '-Infinity')) return Number(content)
  }
  throw malformed()
}

function asArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed()
  return value
}

function malformed(): SavepointError {
  return new SavepointError('bad-message', 'Row changes are malformed. They were refused and have had no effect.')
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CODES = new Map([...ALPHABET].map((letter, code) => [letter.charCodeAt(0), code]))

/** Neither `btoa` nor `Buffer` is everywhere that this code runs. */
function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const bits = (a << 16) | (b << 8) | c
    text += ALPHABET.charAt(bits >>> 18) + ALPHABET.charAt((bits >>> 12) & 63)
    text += i + 1 < bytes.length ? ALPHABET.charAt((bits >>> 6) & 63) : '='
    text += i + 2 < bytes.length ? ALPHABET.charAt(bits & 63) : '='
  }
  return text
}

function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw malformed()
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let at = 0
  for (let i = 0; i < text.length; i += 4) {
    let bits = 0
    for (let j = 0; j < 4; j++) {
      const isPadding = i + j >= text.length - padding
      const code = isPadding ? 0 : CODES.get(text.charCodeAt(i + j))
      if (code === undefined) throw malformed()
      bits = (bits << 6) | code
    }
    bytes[at++] = bits >>> 16
    if (at < bytes.length) bytes[at++] = (bits >>> 8) & 255
    if (at < bytes.length) bytes[at++] = bits & 255
  }
  return bytes
}
