import { decodeData } from '@savepoint/core'

/** Characters of encoded arguments that are kept decoded: a pending queue of 10,000 mutations seldom has more, and it is some 10 MB. */
const ARGUMENTS_LENGTH_MAX = 1024 * 1024

/**
 * Decodes the arguments of mutations that are run again and again, once for each text. What is kept is frozen, so that no
 * run can change what the next one gets; what cannot be frozen (Date, Map, Set, bytes) is decoded anew each time.
 */
export class ArgumentsCache {
  readonly #values = new Map<string, unknown>()
  #length = 0

  decode(text: string): unknown {
    const known = this.#values.get(text)
    if (known !== undefined) return known
    const value = decodeData(text)
    // Only what superjson had to describe apart (`meta`) is more than plain JSON.
    if (typeof value === 'object' && value !== null && !text.includes('"meta":')) {
      if (this.#length + text.length > ARGUMENTS_LENGTH_MAX) {
        this.#values.clear()
        this.#length = 0
      }
      this.#length += text.length
      this.#values.set(text, freeze(value))
    }
    return value
  }
}

function freeze(value: object): object {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child)
  return Object.freeze(value)
}
