import type { SqlParams } from '@savepoint/core'
import type { ResultRow } from '@savepoint/sqlite'
import type { ClientEventReport } from '../client-event.ts'
import type { ClientStatus } from '../client-status.ts'
import type { TransportKind } from '../connection/web-transport.ts'
import type { RemoteCall } from '../mutation-calls.ts'
import type { ConfirmedResult, LocalResult } from '../mutation-handle.ts'
import type { MutationSelection, MutationStatus } from '../pending/mutation-records.ts'
import type { StorageInfo } from '../storage.ts'
import type { CrossingError } from './crossing-error.ts'
import type { RowsDiff } from './row-diff.ts'

/** A question of a page that is answered once. */
export type Question =
  | { readonly type: 'query'; readonly sql: string; readonly params: SqlParams }
  | { readonly type: 'mutations'; readonly selection: MutationSelection }
  | { readonly type: 'dismiss'; readonly id: string }
  | { readonly type: 'cancel'; readonly id: string }

/** A live query under the number that its page gave it. */
export interface Watch {
  readonly watch: number
  readonly sql: string
  readonly params: SqlParams
  /** True if the page shows some result of it already, which it has from another host. */
  readonly isShown?: boolean
}

/**
 * All that a page holds and a host has to know, so that a page can go over to another host at any time: what was told to the
 * one before may be lost.
 */
export interface PageState {
  /** In the order of the calls, those whose outcome is not known. Those that the last host kept for good come by their id alone. */
  readonly calls: readonly (RemoteCall | { readonly id: string })[]
  readonly watches: readonly Watch[]
  readonly asks: readonly { readonly ask: number; readonly question: Question }[]
  readonly isStarted: boolean
  readonly hearsMutations: boolean
  readonly hearsEvents: boolean
  /** Whether it can give a token. */
  readonly hasToken: boolean
  /** The room's version that it shows. It is not to be shown an older one, if that can be helped. */
  readonly version: number | null
}

/** What a page tells the host that leads. */
export type PageMessage =
  | { readonly type: 'attach'; readonly page: PageState }
  | { readonly type: 'call'; readonly call: RemoteCall }
  | ({ readonly type: 'watch' } & Watch)
  | { readonly type: 'unwatch'; readonly watch: number }
  | { readonly type: 'ask'; readonly ask: number; readonly question: Question }
  /** Nobody waits for the answer any more. */
  | { readonly type: 'unask'; readonly ask: number }
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'hear-mutations'; readonly hears: boolean }
  /** The last step is on the page: the next may come. */
  | { readonly type: 'stepped' }
  | { readonly type: 'token'; readonly token?: string; readonly error?: CrossingError }
  /** This page has heard that the device has a network again, or none any more. */
  | { readonly type: 'network'; readonly isThere: boolean }
  | { readonly type: 'detach' }

/** What changed for a page at one moment: it is put in place as a whole before any listener hears. */
export interface Step {
  readonly rows?: readonly WatchNews[]
  readonly settled?: readonly { readonly id: string; readonly result: ConfirmedResult<unknown> }[]
  readonly status?: ClientStatus
  /** Of which status records have changed. */
  readonly mutations?: readonly MutationStatus[]
  readonly events?: readonly CrossingEvent[]
}

export interface WatchNews {
  readonly watch: number
  /** Against the rows that this page was sent last. */
  readonly rows?: RowsDiff
  /** Set if the last run failed. */
  readonly error?: CrossingError
}

/** What a host tells a page. Steps wait until the page has put the last one in place; all else is told at once. */
export type HostMessage =
  | { readonly type: 'attached'; readonly status: ClientStatus }
  | { readonly type: 'local'; readonly id: string; readonly result: LocalResult<unknown> }
  | { readonly type: 'saved'; readonly ids: readonly string[] }
  | { readonly type: 'not-saved'; readonly id: string; readonly error: CrossingError }
  /** On the line from now on, and saved. */
  | { readonly type: 'sent'; readonly ids: readonly string[] }
  /** The host has never heard of these, or has forgotten what became of them. */
  | { readonly type: 'unknown'; readonly ids: readonly string[] }
  /** Rows of the step that follows: many at once would keep the page from all else while it reads them. */
  | { readonly type: 'ahead'; readonly watch: number; readonly rows: readonly ResultRow[] }
  | { readonly type: 'answer'; readonly ask: number; readonly value?: unknown; readonly error?: CrossingError }
  | { readonly type: 'step'; readonly step: Step }
  | { readonly type: 'token'; readonly fresh: boolean }
  | { readonly type: 'detached' }

/** An event as it crosses to a page: its error does not, as it is. */
type CrossingEvent = Exclude<ClientEventReport, { type: 'failed' }> | { readonly type: 'failed'; readonly error: CrossingError }

/** What a page wants of its worker, told first. All of it can be cloned. */
export interface ReplicaRequest {
  /** Names the replica in this origin: tabs that give the same share it. */
  readonly name: string
  readonly url: string
  readonly room: string
  readonly auth?: unknown
  readonly storage?: StorageInfo['kind'] | undefined
  readonly transport?: TransportKind | undefined
  /** Where the wasm of SQLite is, if not where the bundler put it. */
  readonly wasm?: string | undefined
}

/** From a page to its own worker. */
export type ToWorker =
  | { readonly type: 'open'; readonly request: ReplicaRequest }
  /** For the host of this name, and no other. */
  | { readonly type: 'tell'; readonly host: string; readonly messages: readonly PageMessage[] }
  | { readonly type: 'ping' }
  | { readonly type: 'close' }

/** From a worker to its page. */
export type FromWorker =
  /** The lock that this worker holds for as long as it lives, told first; none where there are no locks. */
  | { readonly type: 'alive'; readonly lock: string }
  /** From now on this host leads, and knows nothing of this page. */
  | { readonly type: 'host'; readonly host: string; readonly storage: StorageInfo }
  | { readonly type: 'told'; readonly host: string; readonly messages: readonly HostMessage[] }
  /** The replica cannot be opened. */
  | { readonly type: 'failed'; readonly error: CrossingError }
  | { readonly type: 'pong' }
  | { readonly type: 'closed' }
