import { createHash } from 'node:crypto'
import type { TraceEvent } from './trace-event.ts'

/** UTF-16 units that are hashed at once: crossing into the hash for each event would cost more than the hashing. */
const BATCH_LENGTH = 16 * 1024

/**
 * A hash of a run's events in their order. Two runs with the same hash did the same; the order in which an event's fields
 * were written does not count, nor does a field that is undefined.
 */
export class TraceHash {
  readonly #hash = createHash('sha256')
  #batch = ''

  update(event: TraceEvent): void {
    this.#batch += `${canonical(event)}\n`
    if (this.#batch.length >= BATCH_LENGTH) this.#flush()
  }

  /** 16 hex characters for all events so far. More may follow. */
  digest(): string {
    this.#flush()
    return this.#hash.copy().digest('hex').slice(0, 16)
  }

  #flush(): void {
    this.#hash.update(this.#batch)
    this.#batch = ''
  }
}

/** Much like JSON: keys sorted, nothing undefined, each text quoted, so that no two values read the same. */
function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) {
    let items = ''
    for (const item of value) items += `${canonical(item)},`
    return `[${items}]`
  }
  const fields = value as { readonly [key: string]: unknown }
  let text = ''
  for (const key of Object.keys(fields).sort()) {
    const field = fields[key]
    if (field !== undefined) text += `"${key}":${canonical(field)},`
  }
  return `{${text}}`
}
