import type { Outcome } from '@savepoint/core'

/** Something that happened in a run. `at` is virtual milliseconds since the start, `node` a client's name or `server`. */
export type TraceEvent = { readonly at: number; readonly node: string } & TraceEventKind

/** What happened, but for when and where. */
export type TraceEventKind =
  // A node's life.
  | { readonly type: 'up'; readonly clientID?: string; readonly room?: string }
  | { readonly type: 'down'; readonly why: string }
  /** A client's connection, as its status tells. */
  | { readonly type: 'status'; readonly connection: string; readonly version: number | null; readonly pending: number }
  // Calls.
  | {
      readonly type: 'called'
      /** The handle's. */
      readonly id: string
      readonly name: string
      /** Encoded. */
      readonly args: string
      /** Null if the first run failed, and nothing is sent. */
      readonly mutationID: number | null
      readonly failure?: string
    }
  | { readonly type: 'durable'; readonly id: string }
  | { readonly type: 'cancelled'; readonly id: string }
  | { readonly type: 'settled'; readonly id: string; readonly mutationID: number; readonly name: string; readonly outcome: Outcome }
  // Messages: one `sent`, then `received` once, more than once, or never.
  | {
      readonly type: 'sent'
      readonly message: number
      readonly to: string
      readonly kind: string
      readonly bytes: number
      readonly about: string
    }
  | { readonly type: 'received'; readonly message: number; readonly from: string; readonly kind: string }
  | { readonly type: 'lost'; readonly message: number; readonly why: string }
  // A replica's work.
  | {
      readonly type: 'advanced'
      readonly from: number | null
      readonly to: number
      /** False if nothing had to be undone: all came out as predicted, and what else changed is nothing that pending mutations depend on. */
      readonly rebased: boolean
      readonly undone: number
      readonly replayed: readonly { readonly mutationID: number; readonly name: string; readonly withdrawn?: string }[]
      readonly lastMutationID: number
    }
  | { readonly type: 'bootstrapped'; readonly version: number }
  | { readonly type: 'forked'; readonly clientID: string }
  // The server's work.
  | {
      readonly type: 'committed'
      readonly room: string
      readonly epoch: string
      readonly from: number
      readonly to: number
      readonly mutations: readonly {
        readonly version: number
        readonly clientID: string
        readonly mutationID: number
        readonly id: string
        readonly name: string
        readonly ok: boolean
      }[]
    }
  /** An error that a node survived. */
  | { readonly type: 'failed'; readonly error: string }
  /** A fault was made, of the client or server that `node` names; `about` says of what. Without `forMs` it is over at once. */
  | { readonly type: 'fault'; readonly fault: string; readonly about: string; readonly forMs?: number }
  /** All faults are over. */
  | { readonly type: 'calm' }
  /** What the query that is watched gives there from now on: encoded, a list of values for each row. */
  | { readonly type: 'shows'; readonly room: string; readonly rows: string }
  /** Rows at the end, of a client or of the server's room. */
  | {
      readonly type: 'state'
      readonly room: string
      readonly version: number | null
      readonly digest: string
      readonly tables: readonly TableState[]
    }

/** What a table held at the end of a run, with each value as text. */
export interface TableState {
  readonly name: string
  readonly columns: readonly string[]
  /** Rows beyond the first hundred are only counted. */
  readonly rows: readonly (readonly string[])[]
  readonly rowCount: number
}
