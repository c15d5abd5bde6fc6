import type { BindValue, SqlParams } from '@savepoint/core'

/** The parameters of a prepared statement. */
export interface ParameterList {
  readonly count: number
  /** By index, the name with its prefix as the SQL has it, or null for a bare `?`. */
  readonly names: readonly (string | null)[]
  /** By index, the name without its prefix. */
  readonly keys: readonly (string | null)[]
  /** How many distinct keys there are: `:a` and `@a` share one. */
  readonly keyCount: number
}

export function parameterList(names: readonly (string | null)[]): ParameterList {
  const keys = names.map((name) => (name === null ? null : name.slice(1)))
  return { count: names.length, names, keys, keyCount: new Set(keys.filter((key) => key !== null)).size }
}

const NONE: readonly BindValue[] = []

/**
 * The values to bind, by index.
 * @throws RangeError if there are too few or too many, or a name is missing or unknown.
 */
export function orderParams(params: SqlParams | undefined, list: ParameterList): readonly BindValue[] {
  const given = params ?? NONE
  if (!isArray(given)) return list.count === 0 && isEmpty(given) ? NONE : byName(given, list)
  if (given.length !== list.count) throw countError(given.length, list)
  return given
}

function isArray(params: SqlParams): params is readonly BindValue[] {
  return Array.isArray(params)
}

function isEmpty(params: object): boolean {
  for (const _ in params) return false
  return true
}

function byName(params: { readonly [name: string]: BindValue }, list: ParameterList): readonly BindValue[] {
  if (typeof params !== 'object') throw new TypeError(`Parameters must be an array or an object of named values, not a ${typeof params}.`)
  const values: BindValue[] = []
  for (let i = 0; i < list.count; i++) {
    const key = list.keys[i]
    if (typeof key !== 'string') throw new RangeError(`Parameter ${i + 1} is a bare ?, which has no name: pass an array of values.`)
    if (!Object.hasOwn(params, key)) throw missingError(params, list.names[i] as string, list)
    values.push(params[key])
  }
  let given = 0
  for (const _ in params) given++
  if (given !== list.keyCount) throw unknownError(params, list)
  return values
}

function missingError(params: object, name: string, list: ParameterList): RangeError {
  const hint = Object.hasOwn(params, name) ? ' Names are given without their prefix.' : ''
  return new RangeError(`Missing parameter ${name}${knownNames(list)}${hint}`)
}

function unknownError(params: object, list: ParameterList): RangeError {
  const unknown = Object.keys(params).find((key) => !list.keys.includes(key))
  return new RangeError(`Unknown parameter ${JSON.stringify(unknown)}${knownNames(list)}`)
}

function countError(given: number, list: ParameterList): RangeError {
  return new RangeError(
    `The statement takes ${list.count} parameter${list.count === 1 ? '' : 's'}, but ${given} were given${knownNames(list)}`,
  )
}

function knownNames(list: ParameterList): string {
  const names = list.names.filter((name) => name !== null)
  return names.length === 0 ? '.' : `: the statement has ${names.join(', ')}.`
}

/** How messages call the parameter at `index`. */
export function parameterLabel(list: ParameterList, index: number): string {
  return `Parameter ${list.names[index] ?? index + 1}`
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX
}

/** The error for a value that the bind rule does not take. `what` is whose value it is, as {@link parameterLabel} says it. */
export function unbindable(value: unknown, what: string): Error {
  if (typeof value === 'bigint') return new RangeError(`${what} is ${value}, beyond the 64 bits of an INTEGER: bind it as text.`)
  return new TypeError(`${what} is ${describe(value)}`)
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function, which SQLite cannot hold: call it, and bind what it returns.'
  if (typeof value !== 'object' || value === null) return `a ${typeof value}, which SQLite cannot hold.`
  if (value instanceof Date) return 'a Date, which SQLite cannot hold: bind its getTime() as a number, or its toISOString() as text.'
  if (value instanceof Promise) return 'a Promise: await it first, and bind what it resolves to.'
  if (value instanceof ArrayBuffer) return 'an ArrayBuffer: bind new Uint8Array(buffer).'
  if (ArrayBuffer.isView(value)) return 'not a Uint8Array: bind new Uint8Array(view.buffer, view.byteOffset, view.byteLength).'
  return `${Array.isArray(value) ? 'an array' : 'an object'}, which SQLite cannot hold: bind JSON.stringify(value) as text.`
}
