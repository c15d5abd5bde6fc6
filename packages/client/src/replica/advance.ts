import type { BasePosition, Patch } from '@savepoint/core'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import type { ChangedRows } from './changed-rows.ts'
import type { Prediction } from './predictions.ts'

/** Where a replica's content comes to stand, and what brings it there. */
export interface Advance {
  readonly patch: Patch
  readonly position: BasePosition
  /** The digest of the room's content at `position`. */
  readonly digest: string
  readonly clientID: string
  readonly lastMutationID: number
  /** What stays pending, with the IDs it goes under from now on. */
  readonly remaining: readonly PendingMutation[]
}

/** What an advance did to the view, for those who watch. */
export interface Rebase {
  /** False if nothing had to be undone: all came out as predicted, and what else changed is nothing that pending mutations depend on. */
  readonly rebased: boolean
  readonly undone: number
  readonly replayed: readonly Prediction[]
  /** What may read otherwise than before. */
  readonly changed: ChangedRows
}

/** The replica's content at the version is not the room's. The base is as it was, and nothing pending is lost. */
export class Diverged extends Error {
  override readonly name = 'Diverged'
}
