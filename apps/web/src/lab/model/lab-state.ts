import type { ClientStatus } from '@savepoint/client'
import type { Message } from './message.ts'
import type { Sentence } from './narrate.ts'

export interface Category {
  readonly id: number
  readonly name: string
  readonly count: number
}

interface PendingCall {
  readonly id: string
  readonly label: string
  readonly isSent: boolean
}

/** What one client shows, all of one moment. */
export interface View {
  readonly connection: ClientStatus['connection']
  readonly version: number | null
  /** Of what is confirmed. */
  readonly digest: string
  readonly pending: readonly PendingCall[]
  /** Guesses included. */
  readonly rows: readonly Category[]
  /** As the server has told this client. */
  readonly confirmed: readonly Category[]
}

/** What a client did with news from the server. */
export interface Advance {
  readonly from: number | null
  readonly to: number
  /** 0 if all came out as predicted, or touched nothing that is pending: that is no rebase. */
  readonly undone: number
  readonly replayed: readonly number[]
}

export interface ClientState {
  /** 1, 2, 3 … */
  readonly id: number
  readonly name: string
  /** One way, in milliseconds. */
  readonly latencyMs: number
  readonly isOnline: boolean
  /** False between a kill and the reopening. */
  readonly isRunning: boolean
  /** Mutations on the files of a client that was killed. */
  readonly kept: number
  readonly view: View
  readonly lastRebase: Advance | null
  /** The calls that were made here, by their handle's id. */
  readonly calls: { readonly [id: string]: { readonly mutationID: number; readonly label: string } }
}

export interface Commit {
  readonly version: number
  readonly client: number
  readonly mutationID: number
  readonly label: string
  readonly ok: boolean
}

interface ServerState {
  readonly version: number | null
  readonly digest: string
  readonly rows: readonly Category[]
  /** The latest first. */
  readonly commits: readonly Commit[]
}

export interface LabState {
  readonly clients: readonly ClientState[]
  readonly server: ServerState
  /** Under way. */
  readonly messages: readonly Message[]
  /** What happened, in words; the latest first. */
  readonly story: readonly Sentence[]
  readonly scenario: 'idle' | 'running' | 'done'
}

export const NO_VIEW: View = { connection: 'stopped', version: null, digest: '', pending: [], rows: [], confirmed: [] }

export const EMPTY_LAB: LabState = {
  clients: [],
  server: { version: null, digest: '', rows: [], commits: [] },
  messages: [],
  story: [],
  scenario: 'idle',
}
