import { contentDifference, describeDifference } from '../model/content-difference.ts'
import { contentOf } from '../model/content-query.ts'
import { digestOfReference } from '../model/digest-of-reference.ts'
import { PatchTables } from '../model/patch-tables.ts'
import type { RoomHistory } from '../model/room-history.ts'
import type { RoomReplay } from '../model/room-replay.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, RoomView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'
import { explainRoom, toBlame } from './explain.ts'
import { WatchedContent } from './watched-content.ts'

/**
 * [G3] A room holds what its mutators make of its log, and what the log's row changes make of an empty database. At rest each base
 * stands at the room's version with the same content.
 */
export class Convergence implements Checker {
  readonly name = 'convergence'
  readonly guarantee = 'G3'
  readonly #model: WorldModel
  /** Up to where each room was found right. */
  readonly #right = new Map<RoomHistory, number>()
  readonly #watched = new Map<string, WatchedContent>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
    if (event.type !== 'committed') return
    const room = world.rooms.get(event.room)
    if (room?.isUp === true) this.#checkRoom(room, false)
  }

  async atRest(world: WorldView): Promise<void> {
    this.#model.follow(world)
    for (const room of world.rooms.values()) {
      if (!room.isUp) continue
      const replay = this.#checkRoom(room, true)
      this.#checkPatches(replay)
      for (const client of world.clients.values())
        if (client.isUp && client.room === room.name) await this.#checkClient(client, room, replay)
    }
  }

  #checkRoom(room: RoomView, isWhole: boolean): RoomReplay {
    const history = this.#model.history(room)
    const right = this.#right.get(history) ?? 0
    const replay = this.#replay(history, right)
    if (room.version !== history.version) {
      throw this.#violation(`Room ${room.name} is at version ${room.version}, and its log at ${history.version}`)
    }
    const expected = replay.contentsAt(history.version) ?? replay.reference.contents()
    const watched = this.#watched.get(room.name) ?? new WatchedContent()
    this.#watched.set(room.name, watched)
    const found = [...expected]
    for (const i of watched.plan(replay.query, expected, { isWhole })) found[i] = contentOf(room.query(replay.query.tables[i]?.sql ?? ''))
    const difference = contentDifference(replay.query, expected, found)
    if (difference !== null) {
      const message = `Room ${room.name} does not hold what its mutators make of its log, at version ${history.version}. ${describeDifference(difference)}`
      throw this.#explained(replay, right, history.version, message)
    }
    watched.isRight(replay.query, expected)
    this.#right.set(history, history.version)
    return replay
  }

  #replay(history: RoomHistory, right: number): RoomReplay {
    try {
      return this.#model.replayTo(history, history.version)
    } catch (error) {
      const replay = this.#model.replay(history)
      throw error instanceof Violation ? this.#explained(replay, right, replay.version, error.message, error) : error
    }
  }

  /** The log's row changes, put together in the simplest way, are the same content. */
  #checkPatches(replay: RoomReplay): void {
    const { history, reference } = replay
    const empty = replay.referenceAt(0)
    const tables = PatchTables.of(empty)
    empty.close()
    for (const entry of history.entries) tables.apply(entry.changes)
    const difference = tables.differenceTo(reference)
    if (difference === null) return
    throw this.#violation(
      `The row changes in the log of room ${history.room} do not make what its mutators make, at version ${history.version}. ${difference}`,
    )
  }

  async #checkClient(client: ClientView, room: RoomView, replay: RoomReplay): Promise<void> {
    const { name, position, pendingCount } = client
    if (client.app.schema.hash !== room.app.schema.hash) return
    const at = position === null ? 'no base' : `a base at version ${position.version} of epoch ${position.epoch}`
    if (position?.epoch !== room.epoch || position.version !== room.version) {
      throw this.#violation(`At rest, client ${name} has ${at}, and room ${room.name} is at version ${room.version} of epoch ${room.epoch}`)
    }
    const digest = digestOfReference(replay.reference)
    if (client.digest !== digest)
      throw this.#violation(`At rest, client ${name} has digest ${client.digest}, and the room's content ${digest}`)
    if (pendingCount > 0) return
    const found: string[] = []
    for (const { sql } of replay.query.tables) found.push(contentOf(await client.query(sql)))
    const difference = contentDifference(replay.query, replay.reference.contents(), found)
    if (difference !== null)
      throw this.#violation(`At rest, client ${name} does not hold the room's content. ${describeDifference(difference)}`)
  }

  #explained(replay: RoomReplay, after: number, to: number, message: string, otherwise?: Violation): Violation {
    const cause = explainRoom(replay, after, to, this.#model.otherEngine)
    if (cause !== null) return toBlame(cause, message)
    return otherwise ?? this.#violation(message)
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
