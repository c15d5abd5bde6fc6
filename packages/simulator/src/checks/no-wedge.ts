import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/**
 * [G6] When the faults are over, all drains: nothing is pending, and every client is live at its room's version. Only one whose app is
 * of another version than its room's may be refused.
 */
export class NoWedge implements Checker {
  readonly name = 'no-wedge'
  readonly guarantee = 'G6'

  atRest(world: WorldView): void {
    for (const client of world.clients.values()) if (client.isUp) this.#check(client, world)
  }

  #check(client: ClientView, { rooms, calls }: WorldView): void {
    const { name, connection, pendingCount, position } = client
    const room = rooms.get(client.room)
    if (room?.isUp !== true) return
    const mayBeRefused = client.app.schema.hash !== room.app.schema.hash
    if (mayBeRefused && connection === 'refused') return
    if (connection !== 'live') throw this.#violation(`Client ${name} is ${connection} at rest, with ${pendingCount} pending`)
    if (pendingCount > 0) {
      const stuck = client.mutations().find(({ status }) => status === 'pending')
      const args = stuck === undefined ? '' : ` ${calls.get(stuck.id)?.args}`
      throw this.#violation(
        `Client ${name} has ${pendingCount} pending at rest, the first of which is "${stuck?.name}"${args} (${stuck?.id})`,
      )
    }
    if (position?.epoch === room.epoch && position.version === room.version) return
    const at = position === null ? 'at no version' : `at version ${position.version} of epoch ${position.epoch}`
    throw this.#violation(`Client ${name} is live, but ${at}; room ${room.name} is at version ${room.version} of epoch ${room.epoch}`)
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
