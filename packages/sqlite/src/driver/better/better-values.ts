import { type BindValue, type ExactValue, Real, type SqlValue } from '@savepoint/core'
import { isInt64 } from '../bind-params.ts'
import type { NativeValue } from './native.ts'

/** Stands for a value that the bind rule does not take. */
export const NOT_BINDABLE = Symbol('not bindable')

/** A value as better-sqlite3 must get it to bind it by our rule: it binds every number as REAL and every bigint as INTEGER. */
export function toNative(value: BindValue): NativeValue | typeof NOT_BINDABLE {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value
    case 'string':
      return wellFormed(value)
    case 'boolean':
      return value ? 1n : 0n
    case 'bigint':
      return isInt64(value) ? value : NOT_BINDABLE
    case 'undefined':
      return null
  }
  if (value === null || value instanceof Uint8Array) return value
  return value instanceof Real ? value.value : NOT_BINDABLE
}

/** Lone surrogates as U+FFFD, as UTF-8 demands: better-sqlite3 would store them as bytes that are no UTF-8. */
export function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}

/** From a native value read with safe integers: every INTEGER is a bigint, every REAL a number. */
export function fromNative(value: NativeValue): SqlValue {
  if (typeof value === 'bigint') return safeNumber(value)
  return typeof value === 'object' && value !== null ? plainBytes(value) : value
}

export function fromNativeExact(value: NativeValue): ExactValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? new Real(value) : value
  return fromNative(value)
}

/** An INTEGER as a number if that is exact. */
export function safeNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The same memory, without Node's Buffer around it. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
