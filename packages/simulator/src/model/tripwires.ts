import { randomID, seededRandom } from '@savepoint/core'

/** How far a clock is off while it is shifted: enough to change the date, the hour and the last digit. */
const SHIFT_MS = 26 * 3_600_000 + 1_234_567

/** What is watched besides, in SQL. */
export interface WatchedSources {
  /** Milliseconds since 1970. */
  clock(source: string): number
  /** In [0, 1). */
  chance(source: string): number
}

/**
 * Puts clocks and chance of its own in place of JavaScript's while a mutator runs, and notes which of them it asked. They give the
 * same on every run, unless they are shifted: a result that changes with them depends on them.
 */
export class Tripwires implements WatchedSources {
  readonly touched = new Set<string>()
  #shifted: (source: string) => boolean = () => false
  #now = 0
  #streams = new Map<string, () => number>()

  clock(source: string): number {
    this.touched.add(source)
    return this.#now + (this.#shifted(source) ? SHIFT_MS : 0)
  }

  chance(source: string): number {
    this.touched.add(source)
    let stream = this.#streams.get(source)
    if (stream === undefined) {
      stream = seededRandom(`${source} ${this.#shifted(source)}`)
      this.#streams.set(source, stream)
    }
    return stream()
  }

  /** Runs `work` at a time of its clocks, with those sources shifted. All is as before when it returns. */
  watch<T>(now: number, shifted: (source: string) => boolean, work: () => T): T {
    this.#now = now
    this.#shifted = shifted
    this.#streams = new Map()
    this.touched.clear()
    const restore = this.#install()
    try {
      return work()
    } finally {
      restore()
      this.#shifted = () => false
    }
  }

  #install(): () => void {
    const { Date: RealDate, performance, crypto } = globalThis
    const restores = [
      replace(globalThis, 'Date', this.#date(RealDate)),
      replace(Math, 'random', () => this.chance('Math.random()')),
      replace(performance, 'now', () => this.clock('performance.now()')),
      replace(crypto, 'randomUUID', () => uuid(() => this.chance('crypto.randomUUID()'))),
      replace(crypto, 'getRandomValues', (array: ArrayBufferView) => {
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
        for (let i = 0; i < bytes.length; i++) bytes[i] = this.chance('crypto.getRandomValues()') * 256
        return array
      }),
    ]
    return () => {
      for (const restore of restores) restore()
    }
  }

  #date(RealDate: DateConstructor): DateConstructor {
    const now = () => this.clock('Date.now()')
    const current = (source: string) => new RealDate(this.clock(source))
    return new Proxy(RealDate, {
      construct: (target, args: unknown[], newTarget) =>
        args.length === 0 ? Reflect.construct(target, [this.clock('new Date()')], newTarget) : Reflect.construct(target, args, newTarget),
      apply: () => current('Date()').toString(),
      get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
    })
  }
}

function replace(owner: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key)
  Object.defineProperty(owner, key, { value, configurable: true, writable: true, enumerable: before?.enumerable ?? false })
  return () => {
    if (before === undefined) delete (owner as { [key: string]: unknown })[key]
    else Object.defineProperty(owner, key, before)
  }
}

function uuid(random: () => number): string {
  const digits = Array.from(randomID(random) + randomID(random), (letter) => (letter.charCodeAt(0) & 15).toString(16)).join('')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`
}
