import type { ErrorCode, Stage } from '@savepoint/core'

/**
 * How the client stands. `connection` is `live` when what queries show follows the room; `refused` waits for the app, all
 * else mends itself.
 */
export interface ClientStatus {
  readonly connection: 'stopped' | 'connecting' | 'catching-up' | 'live' | 'offline' | 'refused'
  /** The room's version that the confirmed content stands at; null until the first snapshot. */
  readonly version: number | null
  /** Mutations without an outcome. */
  readonly pending: number
  /** When the oldest of them was called, in milliseconds since 1970. */
  readonly oldestPendingAt: number | null
  /** Why the server refuses, if it does. */
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null
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
export function connectionOf(stage: Stage): Pick<ClientStatus, 'connection' | 'refusal'> {
  const refused = stage.name === 'greeting' ? stage.refused : stage.name === 'refused' ? stage : undefined
  if (refused === undefined) return { connection: CONNECTIONS[stage.name], refusal: null }
  return { connection: 'refused', refusal: { code: refused.code, message: refused.message } }
}

/** True if an app can see no difference. */
export function sameStatus(a: ClientStatus, b: ClientStatus): boolean {
  return (
    a.connection === b.connection &&
    a.version === b.version &&
    a.pending === b.pending &&
    a.oldestPendingAt === b.oldestPendingAt &&
    a.refusal?.code === b.refusal?.code &&
    a.refusal?.message === b.refusal?.message
  )
}
