import type { ErrorCode } from '../errors/savepoint-error.ts'
import type { QueuedMutation } from './inbox.ts'

/** What a room is to do. Those that ask something are answered by an event. */
export type RoomEffect =
  | { readonly type: 'send'; readonly connection: number; readonly frame: string }
  /** The connection is forgotten already. */
  | { readonly type: 'close'; readonly connection: number; readonly reason: ErrorCode }
  /** Answered by `client-found`. */
  | { readonly type: 'find-client'; readonly connection: number; readonly turn: number; readonly clientID: string }
  /** The changes after `from`, and the client's outcomes after `outcomesAfter`, both up to `to`. Answered by `caught-up`. */
  | {
      readonly type: 'catch-up'
      readonly connection: number
      readonly turn: number
      readonly clientID: string
      readonly from: number
      readonly to: number
      readonly digest: string
      readonly outcomesAfter: number
    }
  /** Answered by `outcomes-found`. */
  | {
      readonly type: 'find-outcomes'
      readonly connection: number
      readonly turn: number
      readonly clientID: string
      readonly asked: readonly { readonly mutationID: number; readonly seed: string }[]
    }
  /** The client keeps its outcomes up to here itself. */
  | { readonly type: 'acknowledge'; readonly clientID: string; readonly confirmed: number }
  /** Something waits: answer with `drain` when it is the room's turn. */
  | { readonly type: 'wake' }
  /** Answered by `committed` or `failed`. */
  | { readonly type: 'commit'; readonly mutations: readonly QueuedMutation[] }
  /** Open the room anew, if it is time. Answered by `recovered` or `failed`. */
  | { readonly type: 'recover' }
  /** Everything is drained and everyone has been told. */
  | { readonly type: 'closed' }
