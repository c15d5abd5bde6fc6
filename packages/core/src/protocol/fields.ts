import { SavepointError } from '../errors/savepoint-error.ts'

/** IDs, names, seeds and codes are short texts. */
const SHORT_TEXT_LENGTH_MAX = 256

/** A JSON object whose fields are not yet known to be right. */
export type Fields = { readonly [name: string]: unknown }

/** Reads fields of a frame that is not trusted. Each throws SavepointError `bad-message`, naming the field. */
export function readObject(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(what, 'an object')
  return value as Fields
}

export function readText(fields: Fields, name: string, lengthMax = Number.POSITIVE_INFINITY): string {
  const value = fields[name]
  if (typeof value !== 'string' || value.length > lengthMax) throw malformed(name, `a text of at most ${lengthMax} characters`)
  return value
}

/** A non-empty text of at most 256 characters. */
export function readShortText(fields: Fields, name: string): string {
  const value = readText(fields, name, SHORT_TEXT_LENGTH_MAX)
  if (value === '') throw malformed(name, 'a non-empty text')
  return value
}

/** A safe integer from `min`. */
export function readCount(fields: Fields, name: string, min = 0): number {
  const value = fields[name]
  if (!Number.isSafeInteger(value) || (value as number) < min) throw malformed(name, `a whole number from ${min}`)
  return value as number
}

export function readList(fields: Fields, name: string, lengthMax = Number.POSITIVE_INFINITY): readonly unknown[] {
  const value = fields[name]
  if (!Array.isArray(value) || value.length > lengthMax) throw malformed(name, `a list of at most ${lengthMax} items`)
  return value
}

export function readOneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const value = fields[name]
  if (!allowed.includes(value as T)) throw malformed(name, `one of ${allowed.join(', ')}`)
  return value as T
}

function malformed(name: string, expected: string): SavepointError {
  return new SavepointError('bad-message', `The frame was refused and has had no effect: ${name} must be ${expected}.`)
}
