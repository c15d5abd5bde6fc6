import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from '@savepoint/core'
import type { LogEntry } from '@savepoint/server'
import type { RoomHistory } from '../model/room-history.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/**
 * [G1] Each call is in its room's log at most once in an epoch, as it was made; nothing else is in the log; what clients are told is
 * what the log says; a rejected mutation changes nothing; and what was taken back is in no log.
 */
export class ExactlyOnce implements Checker {
  readonly name = 'exactly-once'
  readonly guarantee = 'G1'
  readonly #model: WorldModel
  /** Clients whose storage was copied: what one of the copies takes back, another may have sent. */
  readonly #copied = new Set<string>()
  readonly #checked = new Map<RoomHistory, number>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
    if (event.type === 'committed') this.#checkLogs(world)
    if (event.type === 'settled') this.#checkTold(event, world)
    if (event.type === 'fault' && event.fault === 'copy-profile') this.#copied.add(event.node)
    if (event.type === 'cancelled') this.#checkCancelled(event.id, world)
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    this.#checkLogs(world)
  }

  #checkLogs(world: WorldView): void {
    for (const room of world.rooms.values()) {
      for (const history of this.#model.histories(room.name)) {
        for (let i = this.#checked.get(history) ?? 0; i < history.version; i++)
          this.#checkEntry(history, history.entries[i] as LogEntry, world)
        this.#checked.set(history, history.version)
      }
    }
  }

  #checkEntry(history: RoomHistory, entry: LogEntry, world: WorldView): void {
    const { seed, name, args, version, clientID, mutationID } = entry
    const where = `the log of room ${history.room} has at version ${version}`
    const call = world.calls.get(seed)
    if (call === undefined) throw this.#violation(`Nobody made the mutation that ${where}: "${name}" ${clientID}/${mutationID} (${seed})`)
    const first = history.versionOf(seed)
    if (first !== version)
      throw this.#violation(`"${name}" of client ${call.client} (${seed}) took effect twice: at version ${first}, and again ${where}`)
    if (call.name !== name || call.args !== args)
      throw this.#violation(`Client ${call.client} called "${call.name}" ${call.args}, but ${where} "${name}" ${args} (${seed})`)
    if (call.isCancelled && !this.#copied.has(call.client))
      throw this.#violation(`"${name}" of client ${call.client} (${seed}) was taken back, but ${where} it`)
    if (!history.outcomeAt(version).ok && entry.changes !== '[]')
      throw this.#violation(`"${name}" of client ${call.client} was rejected, but ${where} changes of it: ${entry.changes}`)
  }

  #checkCancelled(id: string, { calls, clients }: WorldView): void {
    const call = calls.get(id)
    const room = clients.get(call?.client ?? '')?.room
    if (call === undefined || room === undefined || this.#copied.has(call.client)) return
    for (const history of this.#model.histories(room)) {
      const version = history.versionOf(id)
      if (version !== undefined)
        throw this.#violation(
          `Client ${call.client} took "${call.name}" (${id}) back, but the log of room ${room} has it at version ${version}`,
        )
    }
  }

  #checkTold({ node, id, name, outcome }: Extract<TraceEvent, { type: 'settled' }>, world: WorldView): void {
    // What the server has forgotten, or was restored without, it can tell nothing of.
    if (!outcome.ok && outcome.code === 'outcome-unknown') return
    const room = world.calls.get(id) === undefined ? undefined : world.clients.get(node)?.room
    const logged = (room === undefined ? [] : this.#model.histories(room)).flatMap((history): Outcome[] => {
      const version = history.versionOf(id)
      return version === undefined ? [] : [history.outcomeAt(version)]
    })
    if (logged.some((one) => isDeepStrictEqual(one, outcome))) return
    if (logged.length === 0) {
      // It may be in the log of a room that went down in this very step.
      if ([...world.rooms.values()].some(({ name, isUp }) => name === room && !isUp)) return
      throw this.#violation(`Client ${node} was told that "${name}" (${id}) ${describe(outcome)}, but no log has it`)
    }
    throw this.#violation(
      `Client ${node} was told that "${name}" (${id}) ${describe(outcome)}, but the log says it ${logged.map(describe).join(', then ')}`,
    )
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}

function describe(outcome: Outcome): string {
  return outcome.ok ? `was confirmed with ${outcome.value || 'nothing'}` : `was rejected (${outcome.code}: ${outcome.message})`
}
