import type { LogEntry } from '@savepoint/server'
import type { RunRequest } from '@savepoint/sqlite'
import type { AppVersion } from '../app.ts'
import { ClientReplay, type ReplayBase } from '../model/client-replay.ts'
import { DeterminismLab, describeFinding } from '../model/determinism-lab.ts'
import { EnginePair, type OpenImage } from '../model/engine-pair.ts'
import type { ReferenceDatabase } from '../model/reference-database.ts'
import type { RoomReplay } from '../model/room-replay.ts'
import { Violation } from '../view/violation.ts'

/** Looks for a pending mutation that is not deterministic, which would explain a view that cannot be reproduced. */
export function explainView(app: AppVersion, base: ReplayBase, pending: readonly RunRequest[], otherEngine?: OpenImage): string | null {
  const { mutators } = app
  return explain(
    ClientReplay.referenceAt(app, base),
    pending.map((request) => ({ mutators, request })),
    otherEngine,
  )
}

/** Looks for a mutation that is not deterministic among those after one version of a room and up to another. */
export function explainRoom(replay: RoomReplay, after: number, to: number, otherEngine?: OpenImage): string | null {
  const entries = replay.history.entries.slice(after, to)
  const { mutators } = replay
  return explain(
    replay.referenceAt(after),
    entries.map((entry: LogEntry) => ({ mutators, request: replay.requestOf(entry) })),
    otherEngine,
  )
}

/** [G3] What is wrong is a mutator's doing, and not the engine's. */
export function toBlame(cause: string, message: string): Violation {
  return new Violation('G3', 'determinism', `${cause} Because of it: ${message}`)
}

interface Rerun {
  readonly mutators: AppVersion['mutators']
  readonly request: RunRequest
}

function explain(from: ReferenceDatabase, runs: readonly Rerun[], otherEngine: OpenImage | undefined): string | null {
  const bytes = from.serialize()
  from.close()
  const lab = new DeterminismLab(from.schema, bytes)
  const pair = otherEngine && new EnginePair(from.schema, otherEngine, bytes)
  try {
    for (const { mutators, request } of runs) {
      const finding = lab.investigate(mutators, request)
      if (finding !== null) return describeFinding(finding)
      lab.run(mutators, request)
      const problem = pair?.run(mutators, request) ?? null
      if (problem !== null) return problem
    }
    return null
  } finally {
    lab.close()
    pair?.close()
  }
}
