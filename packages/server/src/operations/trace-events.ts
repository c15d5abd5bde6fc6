import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { BatchCommitted, MutationNote, ServerEvent } from '../room/server-event.ts'

interface Told {
  /** When its batch was durable, in milliseconds since 1970. */
  readonly at: number
  /** The commit of each mutation that is traced. */
  readonly commits: readonly Context[]
}

/**
 * Makes spans of what a server does with mutations that clients trace: `savepoint.commit` from the start of a mutation's batch until it
 * is durable, and in it `savepoint.poke` until it was handed to all lines. Arguments are in none of them. Mutations without a trace cost
 * nothing here. Which traces are kept is for the tracer's sampler to say: a client can claim what it likes.
 *
 * @example
 * const server = await startServer({ schema, mutators, directory: './data', onEvent: traceEvents(trace.getTracer('shop')) })
 */
export function traceEvents(tracer: Tracer): (event: ServerEvent) => void {
  const told = new Map<string, Told>()
  return (event) => {
    if (event.event === 'batch-committed') {
      const commits = event.mutations.flatMap((note) => commitSpan(tracer, event, note) ?? [])
      if (commits.length > 0) told.set(event.room, { at: event.at + event.commitMs, commits })
    } else if (event.event === 'batch-poked') {
      const batch = told.get(event.room)
      told.delete(event.room)
      const attributes = { 'savepoint.lines': event.lines }
      for (const commit of batch?.commits ?? []) {
        const startTime = batch?.at ?? 0
        tracer.startSpan('savepoint.poke', { kind: SpanKind.PRODUCER, startTime, attributes }, commit).end(startTime + event.pokeMs)
      }
    } else if (event.event === 'room-failed') told.delete(event.room)
  }
}

/** Undefined if the mutation is not traced. */
function commitSpan(tracer: Tracer, batch: BatchCommitted, note: MutationNote): Context | undefined {
  const parent = note.trace === undefined ? undefined : contextOf(note.trace)
  if (parent === undefined) return undefined
  const { room, from, to, at, waitMs, commitMs } = batch
  const { clientID, mutationID, name, version, failure } = note
  const attributes = {
    'savepoint.room': room,
    'savepoint.client': clientID,
    'savepoint.mutation_id': mutationID,
    'savepoint.mutator': name,
    'savepoint.version': version,
    'savepoint.batch': to - from,
    'savepoint.wait_ms': waitMs,
    'savepoint.outcome': failure?.reason ?? 'confirmed',
    ...(failure && { 'savepoint.code': failure.code }),
  }
  const span = tracer.startSpan('savepoint.commit', { kind: SpanKind.CONSUMER, startTime: at, attributes }, parent)
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure.code })
  span.end(at + commitMs)
  return trace.setSpan(parent, span)
}

/** Of W3C's `traceparent`, which the protocol has checked. */
function contextOf(traceparent: string): Context | undefined {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-')
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return trace.isSpanContextValid(span) ? trace.setSpanContext(ROOT_CONTEXT, span) : undefined
}
