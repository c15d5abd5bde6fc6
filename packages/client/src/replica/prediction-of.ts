import type { TxReason } from '@savepoint/core'
import type { ReplayResult } from '@savepoint/sqlite'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import type { Prediction } from './predictions.ts'

/** What a run of a mutation predicts. */
export function predictionOf(mutation: PendingMutation, reason: TxReason, result: ReplayResult): Prediction {
  const { ran } = result
  if (result.ok) return { mutation, reason, ran, changes: result.changes, value: result.value, withdrawn: undefined }
  return { mutation, reason, ran, changes: [], value: undefined, withdrawn: result.failure }
}
