import type { ErrorCode, Stage } from '@savepoint/core'

/**
 * How the client stands. `connection` is `live` when what queries show follows the room; `refused` waits for the app, all
 * else mends itself. `recovering` is catching up after the replica was found to differ from the room.
 */
export interface ClientStatus {
  readonly connection: 'stopped' | 'connecting' | 'catching-up' | 'recovering' | 'live' | 'offline' | 'refused'
  /** The room's version that the confirmed content stands at; null until the first snapshot. */
  readonly version: number | null
  /** Mutations without an outcome. */
  readonly pending: number
  /** When the oldest of them was called, in milliseconds since 1970. */
  readonly oldestPendingAt: number | null
  /** How much of a snapshot has come, while one is fetched: bytes of the database file. */
  readonly download: Download | null
  /** Since when the room is out of reach, and when it is tried next, in milliseconds since 1970; null if it is not. */
  readonly outage: Outage | null
  /** Why the server refuses, if it does. While `live`, it refuses changes alone (`read-only`), and what is pending waits. */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null
  /** What the line to the server goes over; null while there is none. */
  readonly transport: 'websocket' | 'http' | null
}

export interface Download {
  readonly bytes: number
  readonly ofBytes: number
}

export interface Outage {
  readonly since: number
  /** Null while it is being tried. */
  readonly nextTryAt: number | null
}

const CONNECTIONS: { readonly [name in Stage['name']]: ClientStatus['connection'] } = {
  stopped: 'stopped',
  refused: 'refused',
  offline: 'offline',
  greeting: 'connecting',
  welcomed: 'catching-up',
  fetching: 'catching-up',
  settling: 'catching-up',
  live: 'live',
}

/** What the app sees of a stage. A refusal stands while the server is asked again. */
export function connectionOf(stage: Stage, readOnly: ClientStatus['refusal']): Pick<ClientStatus, 'connection' | 'refusal'> {
  const refused = stage.name === 'greeting' ? stage.refused : stage.name === 'refused' ? stage : undefined
  if (refused === undefined) return { connection: CONNECTIONS[stage.name], refusal: stage.name === 'live' ? readOnly : null }
  return { connection: 'refused', refusal: { code: refused.code, message: refused.message } }
}

/** True if an app can see no difference. */
export function sameStatus(a: ClientStatus, b: ClientStatus): boolean {
  return (
    a.connection === b.connection &&
    a.version === b.version &&
    a.pending === b.pending &&
    a.oldestPendingAt === b.oldestPendingAt &&
    a.download?.bytes === b.download?.bytes &&
    a.download?.ofBytes === b.download?.ofBytes &&
    a.outage?.since === b.outage?.since &&
    a.outage?.nextTryAt === b.outage?.nextTryAt &&
    a.refusal?.code === b.refusal?.code &&
    a.refusal?.message === b.refusal?.message &&
    a.transport === b.transport
  )
}
