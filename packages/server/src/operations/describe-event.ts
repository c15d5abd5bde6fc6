import type { ErrorCode } from '@savepoint/core'
import type { LineEnd, MutationNote, ServerEvent } from '../room/server-event.ts'
import { type ErrorFields, errorFields } from './error-fields.ts'

export type EventLevel = 'debug' | 'info' | 'warn' | 'error'

/** An event as a line of a log: one that nobody has to know of by heart, with fields to search by. */
export interface EventLine {
  readonly level: EventLevel
  readonly message: string
  readonly fields: {
    readonly event: ServerEvent['event']
    readonly room?: string
    readonly client?: string
    readonly err?: ErrorFields
  } & {
    readonly [name: string]: unknown
  }
}

/** Ends of lines that are nobody's fault. */
const USUAL_ENDS: readonly LineEnd[] = ['gone', 'going-away']

/** Refusals that tell of a client or a proxy that is broken, rather than of who may do what. */
const BROKEN: readonly ErrorCode[] = ['bad-message', 'frame-too-large', 'diverged', 'overloaded', 'unavailable']

/** Codes of mutators that threw, or were ended. */
const ENDS_OF_BUGS: readonly string[] = ['error', 'internal', 'timeout', 'out-of-memory']

interface DescribeOptions {
  /** Whether messages of the app's own errors are told, which may hold anything. */
  readonly messages: boolean
  /** Lines below this level are not made. */
  readonly isWanted: (level: EventLevel) => boolean
}

/** What an event says to who reads a log. Arguments, results, tokens and what `authorize` returned are in none of it. */
export function describeEvent(event: ServerEvent, { messages, isWanted }: DescribeOptions): readonly EventLine[] {
  const line = (level: EventLevel, message: string, fields: { readonly [name: string]: unknown } = {}): EventLine[] =>
    isWanted(level) ? [{ level, message, fields: { event: event.event, ...('room' in event && { room: event.room }), ...fields } }] : []
  const err = 'error' in event && event.error !== undefined ? { err: errorFields(event.error, messages) } : {}
  switch (event.event) {
    case 'room-opened':
      return line('info', 'room opened', { version: event.version })
    case 'room-closed':
      return line('info', 'room closed')
    case 'room-failed':
      return line('error', 'room failed: it answers "unavailable" until it can be written again', err)
    case 'room-recovered':
      return line('warn', 'room recovered', { version: event.version })
    case 'snapshot-failed':
      return line('warn', 'the log could not be given a snapshot: recovery takes longer, what is committed stands', err)
    case 'batch-committed': {
      const { from, to, confirmed, failed, repeated, refused, waitMs, commitMs } = event
      const batch = line('debug', 'batch committed', { from, to, confirmed, failed, repeated, refused, waitMs, commitMs })
      return [...batch, ...event.mutations.flatMap((note) => describeFailure(note, line))]
    }
    case 'batch-poked':
      return line('debug', 'batch poked', { to: event.to, lines: event.lines, characters: event.length, pokeMs: event.pokeMs })
    case 'line-opened':
      return line('debug', 'line opened')
    case 'line-closed': {
      const level = USUAL_ENDS.includes(event.reason) ? 'debug' : levelOf(event.reason)
      return line(level, `line closed: ${event.reason}`, { ...(event.clientID !== null && { client: event.clientID }), code: event.reason })
    }
    case 'client-cut':
      return line('warn', 'client cut off: it reads too slowly', { bufferedBytes: event.bufferedBytes })
    case 'disk-low':
      return line('error', 'the disk is nearly full: no pushes are taken', { freeBytes: event.freeBytes })
    case 'disk-roomy':
      return line('warn', 'the disk has room again: pushes are taken', { freeBytes: event.freeBytes })
    case 'refused':
      return line(levelOf(event.code), `refused: ${event.code}`, { code: event.code })
    case 'thread-started':
      return line('info', 'thread of rooms started', { thread: event.thread })
    case 'thread-ended': {
      const { thread, reason, rooms, mutation } = event
      const ran = mutation && { room: mutation.room, client: mutation.clientID, mutationID: mutation.mutationID }
      return line('error', `thread of rooms ended: ${reason}`, { thread, reason, rooms: rooms.length, ...ran, ...err })
    }
    case 'thread-stuck':
      return line('error', 'thread of rooms is stuck in a query that does not end: restart the process', { thread: event.thread })
    case 'thread-freed':
      return line('warn', 'thread of rooms is no longer stuck', { thread: event.thread })
    case 'after-commit-failed':
      return line('error', 'afterCommit failed; the commit stands', err)
    case 'request-failed':
      return line('error', 'request failed', err)
  }
}

/** A rejection is a mutator's business; one that threw, or could not be run at all, is its author's. */
function describeFailure(
  { clientID, mutationID, name, version, failure }: MutationNote,
  line: (level: EventLevel, message: string, fields: { readonly [name: string]: unknown }) => EventLine[],
): readonly EventLine[] {
  if (failure === undefined) return []
  const { reason, code } = failure
  const isBug = reason === 'schema' || (reason === 'rejected' && ENDS_OF_BUGS.includes(code))
  const fields = { client: clientID, mutationID, mutator: name, version, reason, code }
  return line(isBug ? 'warn' : 'debug', isBug ? `mutator failed: ${code}` : `mutation had no effect: ${code}`, fields)
}

function levelOf(code: LineEnd): EventLevel {
  return (BROKEN as readonly LineEnd[]).includes(code) ? 'warn' : 'info'
}
