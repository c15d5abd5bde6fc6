import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/** An error of a client's storage, after which a base may not have come to its disk. */
const STORAGE_ERROR = /^(SqliteError|StorageFailure)/

/**
 * [G7] A client that stood on a base stands on one after a restart, so that there is something to read offline. It may be an older
 * one, for what is confirmed is folded into it now and then.
 */
export class BaseSurvives implements Checker {
  readonly name = 'base-survives'
  readonly guarantee = 'G7'
  /** By client, the schema of the base that it has on disk. */
  readonly #bases = new Map<string, string>()
  readonly #excused = new Set<string>()

  observe(event: TraceEvent, { clients }: WorldView): void {
    const { node } = event
    const client = clients.get(node)
    switch (event.type) {
      case 'advanced':
        if (client !== undefined && client.storage === 'disk') this.#bases.set(node, client.app.schema.hash)
        break
      case 'failed':
        if (STORAGE_ERROR.test(event.error)) this.#excused.add(node)
        break
      case 'fault':
        if (event.fault === 'clear-storage') this.#bases.delete(node)
        break
      case 'up': {
        if (client?.isUp !== true || client.position !== null || this.#excused.has(node)) break
        if (this.#bases.get(node) !== client.app.schema.hash) break
        throw new Violation(this.guarantee, this.name, `Client ${node} had a base when it went down, and has none after its restart`)
      }
    }
  }
}
