import type { LogEntry } from '@savepoint/server'
import type { RoomHistory } from '../model/room-history.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/** How far a history was checked, and what came last of whom. */
interface Progress {
  version: number
  /** By clientID. */
  readonly last: Map<string, LogEntry>
  /** By client: the place of its latest call among its calls, and under which ID it came. */
  readonly calls: Map<string, { readonly place: number; readonly clientID: string }>
}

/**
 * [G2] In a log, a clientID's mutationIDs are 1, 2, 3 … without a gap, and a client's calls come in the order in which they were
 * made, under whatever IDs.
 */
export class Order implements Checker {
  readonly name = 'order'
  readonly guarantee = 'G2'
  readonly #model: WorldModel
  readonly #progress = new Map<RoomHistory, Progress>()
  /** The place of each call among its client's, from 1. */
  readonly #places = new Map<string, number>()
  readonly #placeCount = new Map<string, number>()
  /** Clients of whose profile there is a copy. */
  readonly #copied = new Set<string>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
    if (event.type === 'fault' && event.fault === 'copy-profile') this.#copied.add(event.node)
    if (event.type === 'committed') this.#checkLogs(world)
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    this.#checkLogs(world)
  }

  #checkLogs(world: WorldView): void {
    this.#numberCalls(world)
    for (const room of world.rooms.keys()) {
      for (const history of this.#model.histories(room)) {
        const progress = this.#progress.get(history) ?? { version: 0, last: new Map(), calls: new Map() }
        this.#progress.set(history, progress)
        for (; progress.version < history.version; progress.version++) {
          this.#check(history, progress, history.entries[progress.version] as LogEntry, world)
        }
      }
    }
  }

  #numberCalls(world: WorldView): void {
    if (this.#places.size === world.calls.size) return
    for (const { id, client } of world.calls.values()) {
      if (this.#places.has(id)) continue
      const place = (this.#placeCount.get(client) ?? 0) + 1
      this.#placeCount.set(client, place)
      this.#places.set(id, place)
    }
  }

  #check(history: RoomHistory, { last, calls }: Progress, entry: LogEntry, world: WorldView): void {
    const { clientID, mutationID, previous, version, seed, name } = entry
    const where = `at version ${version} of room ${history.room}`
    const before = last.get(clientID)
    last.set(clientID, entry)
    const next = (before?.mutationID ?? 0) + 1
    if (mutationID !== next)
      throw this.#violation(`${clientID}/${mutationID} "${name}" was run ${where}, where ${clientID}/${next} was due`)
    if (previous !== (before?.version ?? 0)) {
      throw this.#violation(
        `${clientID}/${mutationID} ${where} says that the client's last was version ${previous}, but it was ${before?.version ?? 0}`,
      )
    }
    const client = world.calls.get(seed)?.client
    const place = this.#places.get(seed)
    if (client === undefined || place === undefined) return
    const latest = calls.get(client)
    if (latest === undefined || place >= latest.place) calls.set(client, { place, clientID })
    // What the client itself has taken back, or lost, its copy may still send, as somebody else.
    else if (!this.#copied.has(client) || latest.clientID === clientID)
      throw this.#violation(`Call ${place} of client ${client}, "${name}" (${seed}), was run ${where}, after its call ${latest.place}`)
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
