import type { RunRequest } from '@savepoint/sqlite'
import type { AppVersion } from '../app.ts'
import type { ReplayBase } from '../model/client-replay.ts'

/** Looks for a pending mutation that is not deterministic, which would explain a view that cannot be reproduced. */
export function explainView(_app: AppVersion, _base: ReplayBase, _pending: readonly RunRequest[]): string | null {
  return null
}

export function explainRoom(_replay: unknown, _after: number, _to: number): string | null {
  return null
}
