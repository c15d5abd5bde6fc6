import type { LogEntry } from '@savepoint/server'
import type { RunRequest } from '@savepoint/sqlite'
import { DeterminismLab, describeFinding, type Finding } from '../model/determinism-lab.ts'
import { EnginePair } from '../model/engine-pair.ts'
import type { RoomReplay } from '../model/room-replay.ts'
import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

/** Calls of each mutator that are tried in each room: spread over its log, as what goes wrong may need rows that are there only later. */
const SAMPLES_MAX = 6

/**
 * [G3] The app's mutators do the same on every run: whatever the clock, chance, the order of unordered rows, and which engine it
 * is. At rest, some calls of each are tried on the states that they ran on. A clock that is asked, but changes nothing, is no harm.
 */
export class Determinism implements Checker {
  readonly name = 'determinism'
  readonly guarantee = 'G3'
  readonly #model: WorldModel

  constructor(model: WorldModel) {
    this.#model = model
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
  }

  atRest(world: WorldView): void {
    this.#model.follow(world)
    for (const room of world.rooms.values()) {
      for (const history of this.#model.histories(room.name)) {
        const replay = this.#model.replay(history)
        const finding = this.#tryAll(replay)
        if (finding !== null) throw this.#violation(describeFinding(finding))
        this.#compareEngines(replay)
      }
    }
  }

  #tryAll(replay: RoomReplay): Finding | null {
    const { app, entries } = replay.history
    const chosen = new Set(samples(entries))
    const lab = new DeterminismLab(app.schema)
    try {
      for (const entry of entries) {
        const request = replay.requestOf(entry)
        const asClient: RunRequest = { ...request, location: 'client', reason: 'rebase' }
        const isOverridden = Object.hasOwn(app.serverMutators ?? {}, entry.name)
        const finding = chosen.has(entry)
          ? (lab.investigate(replay.mutators, request) ?? (isOverridden ? lab.investigate(app.mutators, asClient) : null))
          : null
        if (finding !== null) return finding
        lab.run(replay.mutators, request)
      }
      return null
    } finally {
      lab.close()
    }
  }

  #compareEngines(replay: RoomReplay): void {
    const { otherEngine } = this.#model
    if (otherEngine === undefined) return
    const pair = new EnginePair(replay.history.app.schema, otherEngine)
    try {
      for (const entry of replay.history.entries) {
        const problem = pair.run(replay.mutators, replay.requestOf(entry))
        if (problem !== null) throw this.#violation(problem)
      }
    } finally {
      pair.close()
    }
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}

/** The last call of each mutator, and others evenly before it. */
function samples(entries: readonly LogEntry[]): LogEntry[] {
  const byName = new Map<string, LogEntry[]>()
  for (const entry of entries) byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry])
  return [...byName.values()].flatMap((calls) => {
    const count = Math.min(SAMPLES_MAX, calls.length)
    return Array.from({ length: count }, (_, i) => calls[Math.ceil(((i + 1) * calls.length) / count) - 1] as LogEntry)
  })
}
