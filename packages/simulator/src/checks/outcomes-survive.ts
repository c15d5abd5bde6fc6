import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import { beginsAnew } from './begins-anew.ts'
import type { Checker } from './checker.ts'

/** A client keeps the last 1,000 confirmed outcomes, and more of the others. */
const KEPT_MAX = 1000

/**
 * [G5] What a client was told of its mutations it can still look up after a restart. And it is told that an outcome is unknown only
 * if the server's log has it no more.
 */
export class OutcomesSurvive implements Checker {
  readonly name = 'outcomes-survive'
  readonly guarantee = 'G5'
  /** By client, what was told and is on its disk: by call, whether it was confirmed. */
  readonly #told = new Map<string, Map<string, boolean>>()

  /** A room may have forgotten what it had before. */
  #begunAnew = false

  observe(event: TraceEvent, world: WorldView): void {
    const { node } = event
    const client = world.clients.get(node)
    switch (event.type) {
      case 'settled':
        if (!event.outcome.ok && event.outcome.code === 'outcome-unknown') this.#checkUnknown(node, event.id, event.name, world)
        // Copies of a profile share what was told before; each is asked only for its own calls.
        else if (world.calls.get(event.id)?.client === node) this.#of(node).set(event.id, event.outcome.ok)
        break
      case 'fault':
        if (beginsAnew(event)) this.#begunAnew = true
        if (event.fault === 'clear-storage') this.#told.delete(node)
        break
      case 'down':
        if (client?.storage === 'memory') this.#told.delete(node)
        break
      case 'up':
        if (client?.isUp === true) this.#checkKept(client, world)
        break
    }
  }

  #checkUnknown(node: string, id: string, name: string, { clients, rooms }: WorldView): void {
    const room = rooms.get(clients.get(node)?.room ?? '')
    if (room?.isUp !== true) return
    const entry = room.log.findLast(({ seed }) => seed === id)
    if (entry === undefined && (this.#begunAnew || room.floor > 0)) return
    if (entry === undefined)
      throw this.#violation(`Client ${node} was told that the outcome of "${name}" (${id}) is unknown, and no log ever had it`)
    if (entry.version <= room.floor) return
    throw this.#violation(
      `Client ${node} was told that the outcome of "${name}" (${id}) is unknown, and room ${room.name} has it at version ${entry.version}`,
    )
  }

  #checkKept(client: ClientView, { calls }: WorldView): void {
    const told = this.#of(client.name)
    if (told.size === 0 || told.size >= KEPT_MAX) return
    const has = new Map(client.mutations().map(({ id, status }) => [id, status]))
    for (const [id, ok] of told) {
      // What the disk would not take from the beginning is not known after a restart, and was not said to be durable.
      if (calls.get(id)?.isDurable !== true) continue
      const status = has.get(id)
      // An outcome that the disk would not take comes again.
      if (status === (ok ? 'confirmed' : 'rejected') || status === 'pending') continue
      const was = ok ? 'confirmed' : 'rejected'
      throw this.#violation(
        `Client ${client.name} was told that ${id} was ${was}, and after a restart it is ${status ?? 'not known'} there`,
      )
    }
  }

  #of(client: string): Map<string, boolean> {
    let told = this.#told.get(client)
    if (told === undefined) {
      told = new Map()
      this.#told.set(client, told)
    }
    return told
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
