import type { LogEntry } from '@savepoint/server'
import type { RoomHistory } from '../model/room-history.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker, ObservedFrame } from './checker.ts'

/** Words that are long enough to be one room's own: IDs, seeds, and what an app's arguments hold of their like. */
const WORD = /[\w-]{16,}/g

/** [G9] A room's log and the frames that its clients get hold nothing of another room. */
export class Isolation implements Checker {
  readonly name = 'isolation'
  readonly guarantee = 'G9'
  readonly #model: WorldModel
  readonly #checked = new Map<RoomHistory, number>()
  /** The room in which each word was used; null if it is no room's own. */
  readonly #owners = new Map<string, string | null>()
  #callCount = 0

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
    if ((event.type === 'up' || event.type === 'forked') && event.clientID !== undefined) {
      const room = world.clients.get(event.node)?.room
      if (room !== undefined) this.#own(event.clientID, room)
    }
    if (event.type === 'committed') this.#checkLogs(world)
  }

  observeFrame({ client: name, direction, text }: ObservedFrame, world: WorldView): void {
    const room = world.clients.get(name)?.room
    if (direction === 'up' || room === undefined || world.rooms.size < 2) return
    this.#learn(world)
    for (const [word] of text.matchAll(WORD)) {
      const owner = this.#owners.get(word)
      if (owner === undefined || owner === null || owner === room) continue
      throw this.#violation(`Client ${name} of room ${room} was sent "${word}", which is room ${owner}'s`)
    }
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    this.#checkLogs(world)
  }

  #checkLogs(world: WorldView): void {
    for (const room of world.rooms.keys()) {
      for (const history of this.#model.histories(room)) {
        for (let i = this.#checked.get(history) ?? 0; i < history.version; i++)
          this.#checkEntry(history, history.entries[i] as LogEntry, world)
        this.#checked.set(history, history.version)
      }
    }
  }

  #checkEntry({ room }: RoomHistory, { seed, clientID, name, version }: LogEntry, world: WorldView): void {
    const caller = world.clients.get(world.calls.get(seed)?.client ?? '')
    if (caller !== undefined && caller.room !== room)
      throw this.#violation(
        `Room ${room} has at version ${version} "${name}" (${seed}), which client ${caller.name} called in room ${caller.room}`,
      )
    const owner = this.#owners.get(clientID)
    if (owner !== undefined && owner !== null && owner !== room)
      throw this.#violation(`Room ${room} has at version ${version} "${name}" of ${clientID}, who is a client of room ${owner}`)
  }

  /** Each call's seed, and the long words of its arguments, are its room's. */
  #learn(world: WorldView): void {
    if (world.calls.size === this.#callCount) return
    let i = 0
    for (const { id, client, args } of world.calls.values()) {
      if (i++ < this.#callCount) continue
      const room = world.clients.get(client)?.room
      if (room === undefined) continue
      this.#own(id, room)
      for (const [word] of args.matchAll(WORD)) this.#own(word, room)
    }
    this.#callCount = world.calls.size
  }

  #own(word: string, room: string): void {
    const owner = this.#owners.get(word)
    if (owner === undefined) this.#owners.set(word, room)
    else if (owner !== room) this.#owners.set(word, null)
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
