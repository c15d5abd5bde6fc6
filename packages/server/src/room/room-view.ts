import type { LineView, MutationFailure, Outcome, RoomMachine } from '@savepoint/core'
import type { LogEntry } from '../log/room-log.ts'
import type { RoomEngine } from './room-engine.ts'

/** Lines and clients that a view holds: what a person looks through. Figures count all. */
const LINES_SHOWN_MAX = 200
const CLIENTS_SHOWN_MAX = 100

/** Characters of encoded arguments in a history; they may be a thousand times as many. */
const ARGS_SHOWN_LENGTH_MAX = 400

/** How an open room stands, for figures. */
export interface RoomSummary {
  readonly room: string
  readonly version: number
  /** False while it cannot be written. */
  readonly isServing: boolean
  /** Lines, by how far they are. */
  readonly lines: { readonly [state in LineView['state']]?: number }
  /** Versions that the line which is furthest behind has to go. */
  readonly lag: number
  /** Mutations that wait. */
  readonly queued: number
  /** Bytes of its database, with its log; 0 while it cannot be written. */
  readonly bytes: number
  /** Versions that the log has whole. */
  readonly logVersions: number
}

/** A room as its operator sees it. */
export interface RoomView extends RoomSummary {
  readonly epoch: string
  readonly digest: string
  /** Some, if there are very many. */
  readonly connected: readonly LineView[]
  /** Those that have pushed last, whether they are connected or not. */
  readonly clients: readonly ClientView[]
}

/** What a room knows of a client. */
export interface ClientView {
  readonly clientID: string
  readonly identity: string
  readonly lastMutationID: number
  readonly lastVersion: number
  /** Outcomes that it has not confirmed, which the room keeps for it as long as they are kept. */
  readonly unconfirmed: number
  /** When it pushed last, in milliseconds since 1970. */
  readonly seenAt: number
}

/** A mutation of the log. */
export interface HistoryEntry {
  readonly version: number
  readonly clientID: string
  readonly mutationID: number
  readonly name: string
  readonly author: string
  /** In milliseconds since 1970. */
  readonly at: number
  readonly failure: Pick<MutationFailure, 'reason' | 'code' | 'message'> | null
  /** Encoded, and only the beginning if it is long. */
  readonly args: string
  /** Characters of its changes. */
  readonly changesLength: number
}

/** @param engine null while the room cannot be written */
export function summarizeRoom(room: string, machine: RoomMachine, engine: RoomEngine | null): RoomSummary {
  const lines: { [state in LineView['state']]?: number } = {}
  const { version } = machine.position
  let lag = 0
  for (const line of machine.lines) {
    lines[line.state] = (lines[line.state] ?? 0) + 1
    if (line.version !== null) lag = Math.max(lag, version - line.version)
  }
  const isServing = engine !== null
  return {
    room,
    version,
    isServing,
    lines,
    lag,
    queued: machine.queuedCount,
    bytes: bytesOf(engine),
    logVersions: engine?.logVersions ?? 0,
  }
}

/** How a room stands is asked most when its disk fails, and then this may not be known. */
function bytesOf(engine: RoomEngine | null): number {
  try {
    return engine?.bytes ?? 0
  } catch {
    return 0
  }
}

/** @param engine null while the room cannot be written */
export function inspectRoom(room: string, machine: RoomMachine, engine: RoomEngine | null): RoomView {
  const { epoch, digest } = machine.position
  return {
    ...summarizeRoom(room, machine, engine),
    epoch,
    digest,
    connected: machine.lines.slice(0, LINES_SHOWN_MAX),
    clients: engine?.recentClients(CLIENTS_SHOWN_MAX) ?? [],
  }
}

export function historyEntryOf({ version, clientID, mutationID, name, author, at, args, changes, outcome }: LogEntry): HistoryEntry {
  const result = JSON.parse(outcome) as Outcome
  const failure = result.ok ? null : { reason: result.reason, code: result.code, message: result.message }
  return {
    version,
    clientID,
    mutationID,
    name,
    author,
    at,
    failure,
    args: args.slice(0, ARGS_SHOWN_LENGTH_MAX),
    changesLength: changes.length,
  }
}
