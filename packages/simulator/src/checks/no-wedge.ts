import { Violation } from '../view/violation.ts'
import type { Call, ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

const NAME = 'no-wedge'
const GUARANTEE = 'G6'

/**
 * [G6] When the faults are over, all drains: nothing is pending, and every client is live at its room's version. Only one whose app is
 * of another version than its room's may be refused.
 */
export class NoWedge implements Checker {
  readonly name = NAME
  readonly guarantee = GUARANTEE

  atRest(world: WorldView): void {
    for (const client of world.clients.values()) if (client.isUp) this.#check(client, world)
  }

  #check(client: ClientView, { rooms, calls }: WorldView): void {
    const { name, connection, pendingCount, position } = client
    const room = rooms.get(client.room)
    if (room?.isUp !== true) return
    const mayBeRefused = client.app.schema.hash !== room.app.schema.hash
    if (mayBeRefused && connection === 'refused') return
    if (connection !== 'live' || pendingCount > 0)
      throw this.#violation(`Client ${name} is ${connection} at rest, with ${waitingOf(client, calls)}`)
    if (position?.epoch === room.epoch && position.version === room.version) return
    const at = position === null ? 'at no version' : `at version ${position.version} of epoch ${position.epoch}`
    throw this.#violation(`Client ${name} is live, but ${at}; room ${room.name} is at version ${room.version} of epoch ${room.epoch}`)
  }

  #violation(message: string): Violation {
    return new Violation(GUARANTEE, NAME, message)
  }
}

/** [G6] What is said of a world that has not come to rest within the time for it. */
export function neverAtRest({ clients, rooms, calls }: WorldView, drainMs: number): Violation {
  const nodes = [...clients.values()].map((client) => {
    if (!client.isUp) return `${client.name} is down`
    return `${client.name} is ${client.connection} at version ${client.position?.version ?? 'none'} with ${waitingOf(client, calls)}`
  })
  const places = [...rooms.values()].map(({ name, isUp, version }) => `room ${name} is ${isUp ? `at version ${version}` : 'down'}`)
  return new Violation(GUARANTEE, NAME, `${drainMs} ms after the last fault, not all is drained: ${[...nodes, ...places].join('; ')}`)
}

function waitingOf(client: ClientView, calls: ReadonlyMap<string, Call>): string {
  const { pendingCount } = client
  const first = pendingCount === 0 ? undefined : client.mutations().find(({ status }) => status === 'pending')
  if (first === undefined) return `${pendingCount} pending`
  return `${pendingCount} pending, the first of which is "${first.name}" ${calls.get(first.id)?.args} (${first.id})`
}
