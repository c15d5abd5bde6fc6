import type { TxReason } from '@savepoint/core'
import type { ReplayResult } from '@savepoint/sqlite'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import type { Prediction } from './predictions.ts'

/** What a run of a mutation predicts. */
export function predictionOf(mutation: PendingMutation, reason: TxReason, result: ReplayResult): Prediction {
  if (result.ok) return { mutation, reason, changes: result.changes, value: result.value, withdrawn: undefined }
  return { mutation, reason, changes: [], value: undefined, withdrawn: result.failure }
}
