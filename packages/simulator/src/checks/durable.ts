import type { Outcome } from '@savepoint/core'
import type { RoomHistory } from '../model/room-history.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import { beginsAnew } from './begins-anew.ts'
import type { Checker } from './checker.ts'

/** An outcome that a client has heard. */
interface Told {
  readonly client: string
  readonly history: RoomHistory
  readonly version: number
  readonly id: string
}

/**
 * [G4] What a log had, it keeps, whatever crashes: outcomes that clients were told of, and versions that they were brought to.
 * Only a restore or a new deployment may begin anew, and then under another epoch.
 */
export class Durable implements Checker {
  readonly name = 'durable'
  readonly guarantee = 'G4'
  readonly #model: WorldModel
  readonly #epochs = new Map<string, string>()
  readonly #told: Told[] = []
  /** Rooms that may take another epoch: all that there are when such a fault is made. */
  readonly #mayChange = new Set<string>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    if (beginsAnew(event)) for (const room of world.rooms.keys()) this.#mayChange.add(room)
    this.#model.observe(event, world)
    this.#checkEpochs(world)
    if (event.type === 'settled') this.#remember(event.node, event.id, event.outcome, world)
  }

  afterStep(client: ClientView, world: WorldView): void {
    if (!client.isUp || client.position === null) return
    const { epoch, version } = client.position
    const known = this.#model.historyAt(client.room, epoch)?.version ?? 0
    const room = world.rooms.get(client.room)
    if (version <= known || room?.isUp !== true || room.epoch !== epoch) return
    this.#model.follow(world)
    const durable = this.#model.historyAt(client.room, epoch)?.version ?? 0
    if (version <= durable) return
    const message = `Client ${client.name} stands at version ${version} of epoch ${epoch}, of which room ${client.room} has made only ${durable} durable`
    throw new Violation(this.guarantee, this.name, message)
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    this.#checkEpochs(world)
    for (const room of world.rooms.values()) if (room.isUp) this.#model.history(room).verify(room.log)
    for (const { client, history, version, id } of this.#told) {
      if (history.at(version)?.seed === id) continue
      throw new Violation(
        this.guarantee,
        this.name,
        `Client ${client} was told the outcome of ${id}, and room ${history.room} has it no more`,
      )
    }
  }

  #checkEpochs(world: WorldView): void {
    for (const room of world.rooms.values()) {
      if (!room.isUp) continue
      const { name, epoch } = room
      const before = this.#epochs.get(name)
      this.#epochs.set(name, epoch)
      if (before === undefined || before === epoch) continue
      if (!this.#mayChange.delete(name))
        throw new Violation(this.guarantee, this.name, `Room ${name} has begun epoch ${epoch} after ${before}, though nothing was restored`)
    }
  }

  #remember(client: string, id: string, outcome: Outcome, world: WorldView): void {
    const room = world.clients.get(client)?.room
    if (room === undefined || (!outcome.ok && outcome.code === 'outcome-unknown')) return
    for (const history of this.#model.histories(room)) {
      const version = history.versionOf(id)
      if (version !== undefined) this.#told.push({ client, history, version, id })
    }
  }
}
