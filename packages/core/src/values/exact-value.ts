/**
 * A whole number that SQLite stores as REAL. A plain JavaScript number cannot say whether it was INTEGER 1 or
 * REAL 1.0, and the two are different content: they compare equal, but divide and print differently.
 */
export class Real {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** What an ordinary read returns: INTEGER as number, or as bigint beyond 2^53; REAL as number; BLOB as bytes. */
export type SqlValue = null | number | bigint | string | Uint8Array

/**
 * A stored value without loss. A safe-integer `number` is INTEGER, any other `number` is REAL, a `bigint` is an INTEGER
 * beyond 2^53, and `Real` is a REAL that happens to be a safe integer (0.0, -0.0 and 1.0 among them).
 */
export type ExactValue = SqlValue | Real

/**
 * What may be bound, by one rule on every engine: safe integer → INTEGER, other number → REAL, bigint → INTEGER (64
 * bits), boolean → 0 or 1, null and undefined → NULL, bytes → BLOB, `Real` → REAL.
 */
export type BindValue = ExactValue | boolean | undefined

/** Positional parameters as an array, or named ones as an object whose keys have no prefix. */
export type SqlParams = readonly BindValue[] | { readonly [name: string]: BindValue }

/** True if both are the same stored value: same type, same content. */
export function sameValue(a: ExactValue, b: ExactValue): boolean {
  if (a === b) return a !== 0 || Object.is(a, b)
  if (a instanceof Real) return b instanceof Real && Object.is(a.value, b.value)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b)
  return false
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
