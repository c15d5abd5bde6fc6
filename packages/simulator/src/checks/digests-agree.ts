import { digestOfReference } from '../model/digest-of-reference.ts'
import type { RoomHistory } from '../model/room-history.ts'
import type { RoomReplay } from '../model/room-replay.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/** Digests of each history that are worked out anew at rest, each from all rows of the model: spread over it, the last among them. */
const RECOMPUTED_MAX = 20

/** [G3] A client at a version has the digest that the log has there, and that is the digest of what the mutators make. */
export class DigestsAgree implements Checker {
  readonly name = 'digests-agree'
  readonly guarantee = 'G3'
  readonly #model: WorldModel
  readonly #empty = new Map<RoomHistory, string>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
  }

  afterStep(client: ClientView, world: WorldView): void {
    if (!client.isUp || client.position === null) return
    const { epoch, version } = client.position
    const history = this.#model.historyAt(client.room, epoch)
    if (history === undefined || history.version < version) return
    const digest = version === 0 ? this.#emptyDigest(history) : history.at(version)?.digest
    if (client.digest === digest) return
    const at = `Client ${client.name} is at version ${version} of room ${history.room}`
    throw this.#violation(
      digest === '' ? `${at}, in the middle of a batch` : `${at} with digest ${client.digest}, and the log says ${digest}`,
    )
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    for (const client of world.clients.values()) this.afterStep(client, world)
    for (const room of world.rooms.keys()) for (const history of this.#model.histories(room)) this.#recompute(this.#model.replay(history))
  }

  #recompute(replay: RoomReplay): void {
    const { entries, room } = replay.history
    const ends = entries.filter(({ digest }) => digest !== '')
    const every = Math.ceil(ends.length / RECOMPUTED_MAX)
    const chosen = new Set(ends.filter((_, i) => (ends.length - 1 - i) % every === 0))
    const reference = replay.referenceAt(0)
    try {
      for (const entry of entries) {
        replay.run(reference, entry)
        if (!chosen.has(entry)) continue
        const digest = digestOfReference(reference)
        if (digest !== entry.digest)
          throw this.#violation(
            `The log of room ${room} has digest ${entry.digest} at version ${entry.version}, and what its mutators make has ${digest}`,
          )
      }
    } finally {
      reference.close()
    }
  }

  #emptyDigest(history: RoomHistory): string {
    let digest = this.#empty.get(history)
    if (digest === undefined) {
      const reference = this.#model.replay(history).referenceAt(0)
      digest = digestOfReference(reference)
      reference.close()
      this.#empty.set(history, digest)
    }
    return digest
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
