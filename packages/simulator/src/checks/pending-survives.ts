import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'
import { OpenCalls } from './open-calls.ts'

/**
 * [G5] What was durable is pending on its client, or has an outcome there, whenever the client is up; and at rest it has one. What
 * was cancelled is gone, and so is what was only in memory, or on a storage that was cleared.
 */
export class PendingSurvives implements Checker {
  readonly name = 'pending-survives'
  readonly guarantee = 'G5'
  readonly #open = new OpenCalls()

  observe(event: TraceEvent, world: WorldView): void {
    this.#open.observe(event, world)
    const client = event.type === 'up' ? world.clients.get(event.node) : undefined
    if (client?.isUp === true) this.#check(client, world)
  }

  afterStep(client: ClientView, world: WorldView): void {
    // To ask a client for all that it has takes long, so it is asked when something must be missing.
    if (client.isUp && client.pendingCount < this.#open.of(client.name).size) this.#check(client, world)
  }

  atRest(world: WorldView): void {
    for (const client of world.clients.values()) {
      if (!client.isUp) continue
      this.#check(client, world)
      const [open] = this.#open.of(client.name)
      if (open !== undefined && client.connection !== 'refused') throw this.#violation(client, open, world, 'has no outcome at rest')
    }
  }

  #check(client: ClientView, world: WorldView): void {
    const open = this.#open.of(client.name)
    if (open.size === 0) return
    const has = new Map(client.mutations().map(({ id, status }) => [id, status]))
    for (const id of [...open]) {
      const status = has.get(id)
      if (status === undefined) throw this.#violation(client, id, world, 'was durable, and is neither pending nor settled now')
      // It was settled in the moment in which its client went down.
      if (status !== 'pending') open.delete(id)
    }
  }

  #violation(client: ClientView, id: string, { calls }: WorldView, what: string): Violation {
    const call = calls.get(id)
    return new Violation(this.guarantee, this.name, `"${call?.name}" of client ${client.name} (${id}) ${what}. Arguments: ${call?.args}`)
  }
}
