import type { TraceEvent } from '../trace/trace-event.ts'
import type { WorldView } from '../view/world-view.ts'

/** By client, the calls that it has on disk and that came to no end yet, as far as it has told. */
export class OpenCalls {
  readonly #open = new Map<string, Set<string>>()
  readonly #failed = new Set<string>()

  observe(event: TraceEvent, { calls, clients }: WorldView): void {
    switch (event.type) {
      case 'called':
        // The handle of a first run that failed is durable all the same: nothing is to be kept of it.
        if (event.mutationID === null) this.#failed.add(event.id)
        break
      case 'durable':
        if (!this.#failed.has(event.id) && calls.get(event.id)?.settled === undefined) this.of(event.node).add(event.id)
        break
      case 'cancelled':
      case 'settled':
        this.of(event.node).delete(event.id)
        break
      case 'fault':
        if (event.fault === 'clear-storage') this.of(event.node).clear()
        break
      case 'down':
        if (clients.get(event.node)?.storage === 'memory') this.of(event.node).clear()
        break
    }
  }

  of(client: string): Set<string> {
    let calls = this.#open.get(client)
    if (calls === undefined) {
      calls = new Set()
      this.#open.set(client, calls)
    }
    return calls
  }
}
