import { decodeData } from '@savepoint/core'

/** Arguments kept decoded. What is replayed again and again is a pending queue, seldom longer than this. */
const ARGUMENTS_MAX = 10_000

/**
 * Decodes the arguments of mutations that are run again and again, once for each text. What is kept is frozen, so that no
 * run can change what the next one gets; what cannot be frozen (Date, Map, Set, bytes) is decoded anew each time.
 */
export class ArgumentsCache {
  readonly #values = new Map<string, unknown>()

  decode(text: string): unknown {
    const known = this.#values.get(text)
    if (known !== undefined) return known
    const value = decodeData(text)
    // Only what superjson had to describe apart (`meta`) is more than plain JSON.
    if (typeof value === 'object' && value !== null && !text.includes('"meta":')) {
      if (this.#values.size >= ARGUMENTS_MAX) this.#values.clear()
      this.#values.set(text, freeze(value))
    }
    return value
  }
}

function freeze(value: object): object {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child)
  return Object.freeze(value)
}
