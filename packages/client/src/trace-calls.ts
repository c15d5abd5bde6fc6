import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { CallTracing, TracedCall } from './call-tracing.ts'
import type { ClientEventReport } from './client-event.ts'
import type { ConfirmedResult, MutationHandle } from './mutation-handle.ts'

/** Calls that are followed at once. Those of a client that is offline for long are not, beyond this. */
const FOLLOWED_MAX = 1000

interface Followed {
  readonly span: Span
  /** Known when it has run. */
  mutationID: number | undefined
}

/**
 * Makes spans of a client's calls: `savepoint.mutation` from the call to the outcome, in it `savepoint.push` while it is on its way,
 * and `savepoint.rebase` for the step that brought the outcome. The server's spans join them. Arguments are in none of them.
 *
 * @example
 * const client = await createClient({ schema, mutators, url, room, tracing: traceCalls(trace.getTracer('shop')) })
 */
export function traceCalls(tracer: Tracer): CallTracing {
  const followed = new Map<string, Followed>()

  function follow(id: string, call: Followed, handle: MutationHandle<unknown>): void {
    const parent = trace.setSpan(context.active(), call.span)
    let push: Span | undefined
    const look = () => {
      if (handle.phase === 'sent') push ??= tracer.startSpan('savepoint.push', { kind: SpanKind.PRODUCER }, parent)
    }
    const end = handle.onPhase(look)
    look()
    void handle.confirmed.then((result) => {
      end()
      push?.end()
      followed.delete(id)
      settle(call.span, result)
    })
  }

  return {
    begin({ id, name }): TracedCall | undefined {
      if (followed.size >= FOLLOWED_MAX) return undefined
      const span = tracer.startSpan('savepoint.mutation', { attributes: { 'savepoint.mutator': name, 'savepoint.mutation': id } })
      const { traceId, spanId, traceFlags } = span.spanContext()
      if (!trace.isSpanContextValid(span.spanContext())) return undefined
      const call: Followed = { span, mutationID: undefined }
      followed.set(id, call)
      return {
        trace: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        follow: (handle) => follow(id, call, handle),
      }
    },
    hear(event) {
      if (event.type === 'mutated') {
        const call = followed.get(event.id)
        if (call !== undefined) call.mutationID = event.mutationID
      } else if (event.type === 'forked') {
        // What is pending goes under other numbers, which are not told one by one.
        for (const call of followed.values()) call.mutationID = undefined
      } else if (event.type === 'advanced' && followed.size > 0) rebased(event)
    },
  }

  /** The step that brought a call its outcome is part of its way; those before were about others. */
  function rebased({ to, began, ms, rebased, undone, replayed, lastMutationID }: Extract<ClientEventReport, { type: 'advanced' }>): void {
    const attributes = {
      'savepoint.version': to,
      'savepoint.rebased': rebased,
      'savepoint.undone': undone,
      'savepoint.replayed': replayed.length,
    }
    for (const call of followed.values()) {
      if (call.mutationID === undefined || call.mutationID > lastMutationID) continue
      call.mutationID = undefined
      const parent = trace.setSpan(context.active(), call.span)
      tracer.startSpan('savepoint.rebase', { startTime: began, attributes }, parent).end(began + ms)
    }
  }
}

function settle(span: Span, result: ConfirmedResult<unknown>): void {
  span.setAttribute('savepoint.outcome', result.ok ? 'confirmed' : result.reason)
  if (result.ok) span.setAttribute('savepoint.diverged', result.diverged)
  else {
    span.setAttribute('savepoint.code', result.code)
    span.setStatus({ code: SpanStatusCode.ERROR, message: result.code })
  }
  span.end()
}
