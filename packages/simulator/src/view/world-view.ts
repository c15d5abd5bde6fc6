import type { MutationRecord } from '@savepoint/client'
import type { LogEntry } from '@savepoint/server'
import type { AppVersion } from '../app.ts'

/** A call of a mutator by the app, as the simulation saw it. */
export interface Call {
  /** The handle's, which is the mutation's seed. */
  readonly id: string
  readonly client: string
  readonly name: string
  /** Encoded. */
  readonly args: string
  /** On the client's clock: what `tx.now` is on the client. */
  readonly createdAt: number
  /** True once the handle said that it is durable. */
  isDurable: boolean
  isCancelled: boolean
  /** What became of it, once the client said so. */
  settled?: { readonly ok: boolean; readonly outcome: unknown; readonly at: number }
}

/** A client as checkers see it. */
export interface ClientView {
  readonly name: string
  readonly room: string
  readonly app: AppVersion
  readonly auth: unknown
  readonly storage: 'disk' | 'memory'
  /** False while it is closed or killed: nothing below may be read then. */
  readonly isUp: boolean
  readonly clientID: string
  readonly connection: string
  /** Of the base. */
  readonly position: { readonly epoch: string; readonly version: number } | null
  readonly digest: string
  readonly pendingCount: number
  /** While it stays, its databases have not changed, and `query` gives what it gave before. */
  readonly changes: number
  /** Reads what an app would see, predictions included. */
  query(sql: string): Promise<{ [column: string]: unknown }[]>
  /** What a live query shows, which the app keeps open from when it is first asked for until the client goes down. */
  shown(sql: string): readonly { [column: string]: unknown }[]
  mutations(): readonly MutationRecord[]
}

/** A room as checkers see it: all that its log was ever given, by epoch, and what its database holds now. */
export interface RoomView {
  readonly name: string
  readonly app: AppVersion
  /** False while the server is down, or the room cannot be read: nothing below may be read then. */
  readonly isUp: boolean
  readonly epoch: string
  readonly version: number
  /** Durable entries of the present epoch from version 1 on, as they were committed. A restore cuts them. */
  readonly log: readonly LogEntry[]
  /** Versions up to here the server may have cut from its log. */
  readonly floor: number
  /** On a connection of its own, which sees what is committed. */
  query(sql: string): { [column: string]: unknown }[]
}

/** What a checker may look at. */
export interface WorldView {
  readonly now: number
  readonly clients: ReadonlyMap<string, ClientView>
  readonly rooms: ReadonlyMap<string, RoomView>
  /** By ID, in the order of the calls. */
  readonly calls: ReadonlyMap<string, Call>
}
