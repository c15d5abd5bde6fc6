import type { ErrorCode } from '../errors/savepoint-error.ts'
import type { ClientMessage, ServerMessage } from '../protocol/frame.ts'
import type { BasePosition } from '../protocol/hello.ts'
import type { Poke } from '../protocol/poke.ts'
import type { Reason } from '../protocol/refusal.ts'
import type { SchemaID } from '../schema/define-schema.ts'

/**
 * Where the client is with its server. `stopped` and `refused` wait for the app, some refusals for a timer as well; `offline` waits for its retry timer;
 * the others are stages of one socket's life, in their usual order.
 */
export type Stage =
  | { readonly name: 'stopped' }
  | { readonly name: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly name: 'offline' }
  /**
   * A socket is opening, or hello was sent on it; after a refusal, to ask whether it still stands. `again`: the app has said start
   * meanwhile, so that another attempt follows if this one is refused.
   */
  | { readonly name: 'greeting'; readonly refused?: { readonly code: ErrorCode; readonly message: string }; readonly again?: true }
  /** The server knows us: its catch-up poke comes next. */
  | { readonly name: 'welcomed'; readonly epoch: string; readonly lastMutationID: number }
  /** A snapshot is being fetched; hello follows once more. */
  | { readonly name: 'fetching' }
  /** The catch-up poke was handed over, and is being applied. */
  | { readonly name: 'settling' }
  | { readonly name: 'live' }

export type ClientTimer = 'retry' | 'greeting' | 'heartbeat'

export interface ClientState {
  readonly stage: Stage
  readonly clientID: string
  readonly schema: SchemaID
  /** Where the base stands, counting pokes that were handed over but may not be applied yet. */
  readonly base: BasePosition | null
  /** A fetched snapshot that becomes the base with the poke that follows. */
  readonly staged: BasePosition | null
  /** Outcomes up to this mutationID are kept on disk. */
  readonly confirmed: number
  /** Mutations up to this ID are durable and may be sent. */
  readonly issued: number
  /** Mutations up to this ID were sent on this socket, or were processed before. */
  readonly sent: number
  /** Failed attempts since the line was last steady. */
  readonly attempts: number
  /** Something arrived since the last heartbeat. */
  readonly heard: boolean
  /** Nothing had arrived at the last heartbeat, so that a sign of life was asked for. */
  readonly pinged: boolean
  /** No ping was sent at the last heartbeat. */
  readonly silent: boolean
  /**
   * What became of the last token that was `expired`: `none` was, of late; a fresh one is `tried`; it has `worked`, and the line
   * is not steady yet.
   */
  readonly renewal: 'none' | 'tried' | 'worked'
  /** Why the server takes no pushes from this client, if its last welcome said so. */
  readonly readOnly: Reason | null
  /** The server has met another replica under this clientID: with a catch-up that leaves nothing pending, this one takes another. */
  readonly isCopy: boolean
}

export type ClientEvent =
  /** The app says so. What an attempt under way has shown, a token for one, may be good no more. */
  | { readonly type: 'start' }
  /** As `start`, where an attempt under way will do. */
  | { readonly type: 'ensure-started' }
  | { readonly type: 'stop' }
  /** The device says that it has a network again, or none. It may err. */
  | { readonly type: 'network'; readonly isThere: boolean }
  | { readonly type: 'opened' }
  | { readonly type: 'closed' }
  | { readonly type: 'received'; readonly message: ServerMessage }
  /** Mutations up to `issued` are durable. */
  | { readonly type: 'issued'; readonly issued: number }
  /** Outcomes up to `confirmed` are on disk, some of which could not be kept when they came. */
  | { readonly type: 'kept'; readonly confirmed: number }
  /** A push effect was carried out, up to and including `through`, which may be less than was asked for: the rest waits for outcomes. */
  | { readonly type: 'pushed'; readonly through: number }
  /** A poke was applied; outcomes up to `confirmed` are kept. */
  | { readonly type: 'applied'; readonly confirmed: number; readonly issued: number }
  /** The base was found to differ from the room's content. */
  | { readonly type: 'diverged' }
  /** Pokes that were handed over could not be applied, for want of disk or memory: the base stands here. */
  | { readonly type: 'not-applied'; readonly base: BasePosition | null }
  /** A mutation that was never sent was taken back, and those after it renumbered. */
  | { readonly type: 'withdrawn'; readonly issued: number }
  /** Another replica goes under this clientID: this one has taken another and renumbered what is pending. */
  | { readonly type: 'forked'; readonly clientID: string; readonly issued: number }
  | { readonly type: 'fetched'; readonly base: BasePosition }
  | { readonly type: 'fetch-failed' }
  | { readonly type: 'timer'; readonly timer: ClientTimer }

export type ClientEffect =
  /** With `fresh`, the app is to give another token than the last. */
  | { readonly type: 'connect'; readonly fresh: boolean }
  | { readonly type: 'disconnect' }
  | { readonly type: 'send'; readonly message: ClientMessage }
  /** Send pending mutations after this ID, at most `count`, then report `pushed`. */
  | { readonly type: 'push'; readonly after: number; readonly count: number }
  /** With `jitter`, the caller draws a delay between half of `ms` and all of it, so that clients spread; `after` so many more. */
  | { readonly type: 'set-timer'; readonly timer: ClientTimer; readonly ms: number; readonly jitter?: true; readonly after?: number }
  | { readonly type: 'clear-timer'; readonly timer: ClientTimer }
  /** Apply and settle, then report. `lastMutationID` comes with a welcome's poke; with `adopt` the staged snapshot becomes the base first. */
  | {
      readonly type: 'apply'
      readonly poke: Poke
      readonly epoch: string
      readonly lastMutationID?: number
      readonly adopt: boolean
      /** Take a new clientID, whatever the outcomes say, if nothing is left pending. */
      readonly fork?: boolean
    }
  | { readonly type: 'fetch-snapshot' }

export interface ClientStep {
  readonly state: ClientState
  readonly effects: readonly ClientEffect[]
}
