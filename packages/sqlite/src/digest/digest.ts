import { type ExactValue, Real, type Row, type RowChange } from '@savepoint/core'

/** The value tags keep INTEGER 1, REAL 1.0, '1' and x'31' apart. */
const TAG_NULL = 1
const TAG_INTEGER = 2
const TAG_REAL = 3
const TAG_TEXT = 4
const TAG_BLOB = 5

const TWO_32 = 0x1_0000_0000
const bits = new DataView(new ArrayBuffer(8))

/**
 * A checksum of rows, whatever their order: two lanes of 32 bits, each the sum of a hash over (table, row). Adding and
 * subtracting rows keeps it up in O(rows changed); equal contents have equal digests, and contents that differ by accident have
 * different ones but for one case in 2^64. It is no defence against rows made up to collide.
 *
 * Source of the mixing steps: MurmurHash3 by Austin Appleby, public domain.
 */
export class Digest {
  #a = 0
  #b = 0

  /**
   * Reads what `toString` wrote.
   *
   * @throws TypeError if the text is not 16 hexadecimal digits.
   */
  static parse(text: string): Digest {
    if (!/^[0-9a-f]{16}$/.test(text)) throw new TypeError(`not a digest: ${JSON.stringify(text)}`)
    const digest = new Digest()
    digest.#a = Number.parseInt(text.slice(0, 8), 16)
    digest.#b = Number.parseInt(text.slice(8), 16)
    return digest
  }

  add(table: string, row: Row): void {
    hashRow(table, row)
    this.#a = (this.#a + laneA) >>> 0
    this.#b = (this.#b + laneB) >>> 0
  }

  subtract(table: string, row: Row): void {
    hashRow(table, row)
    this.#a = (this.#a - laneA) >>> 0
    this.#b = (this.#b - laneB) >>> 0
  }

  /** Takes the row as it was out, and puts the row as it is in. */
  change(change: Pick<RowChange, 'table' | 'before' | 'after'>): void {
    if (change.before !== undefined) this.subtract(change.table, change.before)
    if (change.after !== undefined) this.add(change.table, change.after)
  }

  /** Adds all that another digest has summed up: contents side by side, or a change to a content. */
  merge(other: Digest): void {
    this.#a = (this.#a + other.#a) >>> 0
    this.#b = (this.#b + other.#b) >>> 0
  }

  equals(other: Digest): boolean {
    return this.#a === other.#a && this.#b === other.#b
  }

  copy(): Digest {
    const copy = new Digest()
    copy.merge(this)
    return copy
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return this.#a.toString(16).padStart(8, '0') + this.#b.toString(16).padStart(8, '0')
  }
}

/** Where `hashRow` leaves its two results, so that the hot path allocates nothing. */
let laneA = 0
let laneB = 0

function hashRow(table: string, row: Row): void {
  let a = 0x53617665
  let b = 0x706f696e
  a = textA(a, table)
  b = textB(b, table)
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as ExactValue
    if (typeof value === 'string') {
      a = textA(mixA(a, TAG_TEXT), value)
      b = textB(mixB(b, TAG_TEXT), value)
      continue
    }
    if (value === null) {
      a = mixA(a, TAG_NULL)
      b = mixB(b, TAG_NULL)
      continue
    }
    let tag = TAG_INTEGER
    let low: number
    let high: number
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      low = value | 0
      high = Math.floor(value / TWO_32) | 0
    } else if (typeof value === 'bigint') {
      low = Number(BigInt.asIntN(32, value))
      high = Number(BigInt.asIntN(32, value >> 32n))
    } else if (value instanceof Uint8Array) {
      a = bytesA(mixA(a, TAG_BLOB), value)
      b = bytesB(mixB(b, TAG_BLOB), value)
      continue
    } else {
      tag = TAG_REAL
      bits.setFloat64(0, value instanceof Real ? value.value : value)
      high = bits.getInt32(0)
      low = bits.getInt32(4)
    }
    a = mixA(mixA(mixA(a, tag), low), high)
    b = mixB(mixB(mixB(b, tag), low), high)
  }
  laneA = finish(a ^ row.length)
  laneB = finish(b ^ Math.imul(row.length, 0x9e3779b1))
}

function mixA(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  const h = hash ^ Math.imul(k, 0x1b873593)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function mixB(hash: number, word: number): number {
  let k = Math.imul(word, 0x239b961b)
  k = (k << 16) | (k >>> 16)
  const h = hash ^ Math.imul(k, 0xab0e9789)
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bcaa747) | 0
}

/** Length first, then two UTF-16 units a word. */
function textA(hash: number, text: string): number {
  const length = text.length
  let h = mixA(hash, length)
  let i = 0
  for (; i + 1 < length; i += 2) h = mixA(h, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
  return i < length ? mixA(h, text.charCodeAt(i)) : h
}

function textB(hash: number, text: string): number {
  const length = text.length
  let h = mixB(hash, length)
  let i = 0
  for (; i + 1 < length; i += 2) h = mixB(h, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
  return i < length ? mixB(h, text.charCodeAt(i)) : h
}

/** Length first, then four bytes a word, the last filled up with zeros. */
function bytesA(hash: number, bytes: Uint8Array): number {
  let h = mixA(hash, bytes.length)
  for (let i = 0; i < bytes.length; i += 4) h = mixA(h, wordAt(bytes, i))
  return h
}

function bytesB(hash: number, bytes: Uint8Array): number {
  let h = mixB(hash, bytes.length)
  for (let i = 0; i < bytes.length; i += 4) h = mixB(h, wordAt(bytes, i))
  return h
}

function wordAt(bytes: Uint8Array, i: number): number {
  return (bytes[i] as number) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
}

/** The finaliser spreads every bit of the lane over all of it, so that sums of like rows do not cancel out. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
