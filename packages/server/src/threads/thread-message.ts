import type { ErrorCode, Reason, RoomPosition, SchemaID } from '@savepoint/core'
import type { Limits } from '../limits.ts'
import type { Retention } from '../retention.ts'
import type { RoomChanges } from '../room/room.ts'
import type { HistoryEntry, RoomSummary, RoomView } from '../room/room-view.ts'
import type { MutationKey } from '../room/run-watch.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Visitor } from '../room/visitor.ts'
import type { RoomStanding } from '../rooms/room-host.ts'

/** What a thread of rooms is started with. */
export interface ThreadStart {
  /** The address of the app's module. */
  readonly app: string
  readonly directory: string
  /** What of it is given here counts in place of the app's. */
  readonly retention?: Partial<Retention>
  /** Of this thread. */
  readonly limits: Limits
  /** See {@link SharedWatch}. */
  readonly watch: SharedArrayBuffer
}

/** A mutation that was ended when it ran, and is to be rejected. */
export interface CondemnedMutation extends MutationKey {
  readonly room: string
  readonly code: 'timeout' | 'out-of-memory' | 'internal'
  readonly message: string
}

/** What the doors may ask of rooms, with its answer. */
export interface Questions {
  connect(room: string, line: number, visitor: Visitor): void
  create(room: string, schema: SchemaID | undefined): RoomStanding & { readonly isNew: boolean }
  position(room: string): RoomPosition
  changes(room: string, since: number, epoch: string | undefined): RoomChanges | null
  isShortCatchUp(room: string, from: number): boolean
  overview(): readonly RoomSummary[]
  inspect(room: string): RoomView
  history(room: string, count: number): readonly HistoryEntry[]
  sweep(idleMs: number): void
  close(): void
}

export type Question = {
  readonly [N in keyof Questions]: { readonly ask: N; readonly parameters: Parameters<Questions[N]> }
}[keyof Questions]

/** One thing that a thread is told. */
export type ToThread =
  | { readonly type: 'frame'; readonly line: number; readonly frame: string }
  | { readonly type: 'closed'; readonly line: number }
  | { readonly type: 'condemned'; readonly mutations: readonly CondemnedMutation[] }
  | { readonly type: 'refuse-pushes'; readonly why: Reason | null }
  | { readonly type: 'ask'; readonly call: number; readonly question: Question }

/** One thing that a thread tells. A frame stands in the batch once, whoever gets it. */
export type FromThread =
  | { readonly type: 'ready' }
  /** Characters of frames that wait no more, by line. */
  | { readonly type: 'taken'; readonly lengths: ReadonlyMap<number, number> }
  | { readonly type: 'send'; readonly frame: number; readonly lines: number[]; readonly follows: boolean }
  | { readonly type: 'close'; readonly line: number; readonly reason: string }
  | { readonly type: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly error: ClonedError }
  | { readonly type: 'event'; readonly event: ServerEvent; readonly error?: ClonedError }

/** An error as data: what is cloned of one itself loses its name and code. */
export interface ClonedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: unknown
  /** It is a SavepointError of this code. */
  readonly ours?: ErrorCode
}

/** What was said in one turn, in order. */
export interface ThreadBatch {
  readonly frames: readonly string[]
  readonly said: readonly FromThread[]
}
