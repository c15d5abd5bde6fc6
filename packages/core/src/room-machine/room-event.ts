import type { EncodedOutcome } from '../protocol/poke.ts'
import type { Reason } from '../protocol/refusal.ts'
import type { RefusedAdmission } from './admit.ts'
import type { ClientRecord } from './client-record.ts'
import type { QueuedMutation, Sender } from './inbox.ts'

/** Where a room stands: what is committed, and nothing else. */
export interface RoomPosition {
  readonly epoch: string
  readonly version: number
  /** Of the content at `version`: 16 hex digits. */
  readonly digest: string
}

/** Everything between two versions, for one client. `patch` is the JSON text of a WirePatch. */
export interface CatchUp {
  readonly to: number
  readonly digest: string
  readonly patch: string
  readonly outcomes: readonly EncodedOutcome[]
}

/** What became of one mutation of a batch. */
export type MutationResult =
  | ({ readonly kind: 'processed'; readonly sender: Sender } & EncodedOutcome)
  | { readonly kind: 'repeat'; readonly sender: Sender; readonly mutationID: number; readonly seed: string }
  | ({ readonly sender: Sender } & RefusedAdmission)

/** A batch that is committed, here and in the log. `patch` is the JSON text of its net changes. */
export interface CommittedBatch {
  readonly from: number
  readonly to: number
  readonly digest: string
  readonly patch: string
  readonly results: readonly MutationResult[]
  /** What did not fit the batch. */
  readonly left: readonly QueuedMutation[]
}

/** What happens to a room. `turn` comes back from the effect that asked, so that a late answer can be told. */
export type RoomEvent =
  | {
      readonly type: 'connected'
      readonly connection: number
      readonly identity: string
      readonly auth: unknown
      /** It may read and not push. */
      readonly readOnly: boolean
    }
  | { readonly type: 'frame'; readonly connection: number; readonly frame: string }
  | { readonly type: 'disconnected'; readonly connection: number }
  | { readonly type: 'client-found'; readonly connection: number; readonly turn: number; readonly client: ClientRecord | null }
  /** Null: the log does not reach back that far, or a snapshot is cheaper. */
  | { readonly type: 'caught-up'; readonly connection: number; readonly turn: number; readonly catchUp: CatchUp | null }
  | {
      readonly type: 'outcomes-found'
      readonly connection: number
      readonly turn: number
      readonly asked: readonly { readonly mutationID: number; readonly seed: string }[]
      readonly outcomes: readonly EncodedOutcome[]
    }
  /** The room is free to run a batch. */
  | { readonly type: 'drain' }
  | { readonly type: 'committed'; readonly batch: CommittedBatch }
  /** The room could not write or read: nothing of the last batch was acknowledged. */
  | { readonly type: 'failed'; readonly message: string }
  /** Somebody without a line wants to read it. */
  | { readonly type: 'wanted' }
  | { readonly type: 'recovered'; readonly position: RoomPosition }
  /** From now on no push is taken, for this reason; or they are taken again. Everyone reads on. */
  | { readonly type: 'pushes-refused'; readonly why: Reason | null }
  | { readonly type: 'closing' }
