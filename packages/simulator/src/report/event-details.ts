import { describeEvent } from '../trace/describe-event.ts'
import { formatMs } from '../trace/format-ms.ts'
import { plainText } from '../trace/plain-text.ts'
import { showData } from '../trace/show-data.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { EventOf, TraceIndex } from '../trace/trace-index.ts'

const TEXT_LENGTH_MAX = 1000
/** Of a batch, or of what was replayed. */
const LINES_MAX = 50

/** What the panel beside the picture tells of an event, as text. */
interface EventDetails {
  readonly at: string
  readonly node: string
  readonly words: string
  /** Name and value; a name that begins with `!` is of something that went wrong. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** What there is to know of each event, for the panel. */
export function eventDetails(events: readonly TraceEvent[], index: TraceIndex): EventDetails[] {
  const later = followUps(events)
  return events.map((event) => ({
    at: formatMs(event.at),
    node: plainText(event.node, 60),
    words: describeEvent(event, index),
    fields: [...fieldsOf(event, index), ...(later.get(event) ?? [])].map(
      ([name, value]) => [name, plainText(value, TEXT_LENGTH_MAX)] as const,
    ),
  }))
}

type Fields = [name: string, value: string][]

function fieldsOf(event: TraceEvent, index: TraceIndex): Fields {
  switch (event.type) {
    case 'called':
      return [
        ['arguments', showData(event.args, TEXT_LENGTH_MAX) || 'none'],
        ['mutation', event.mutationID === null ? 'none: nothing is sent' : String(event.mutationID)],
        ...optional('!failure', event.failure),
        ['handle', event.id],
      ]
    case 'settled':
      return event.outcome.ok
        ? [['value', showData(event.outcome.value, TEXT_LENGTH_MAX) || 'none']]
        : [
            ['!rejected', event.outcome.reason],
            ['code', event.outcome.code],
            ['message', event.outcome.message],
          ]
    case 'sent':
      return [
        ['about', event.about],
        ['bytes', String(event.bytes)],
        ['message', String(event.message)],
      ]
    case 'received': {
      const latency = index.latencyOf(event)
      return [...optional('under way', latency === undefined ? undefined : formatMs(latency)), ['message', String(event.message)]]
    }
    case 'lost':
      return [['!why', event.why]]
    case 'advanced':
      return [
        ['base', `version ${event.from ?? 'none'} → ${event.to}`],
        ['own mutations', `processed up to ${event.lastMutationID}`],
        ['undone', String(event.undone)],
        ...event.replayed
          .slice(0, LINES_MAX)
          .map((one): [string, string] =>
            one.withdrawn === undefined
              ? [`#${one.mutationID}`, `${one.name}, replayed`]
              : [`!#${one.mutationID}`, `${one.name}, withdrawn: ${one.withdrawn}`],
          ),
        ...more(event.replayed.length),
      ]
    case 'committed':
      return [
        ['room', `${event.room}, epoch ${event.epoch}`],
        ...event.mutations
          .slice(0, LINES_MAX)
          .map((one): [string, string] => [
            `${one.ok ? '' : '!'}v${one.version}`,
            `${one.name} of ${index.callerOf(one)}, mutation ${one.mutationID}${one.ok ? '' : ': rejected, no effect'}`,
          ]),
        ...more(event.mutations.length),
      ]
    case 'down':
      return [['!why', event.why]]
    case 'failed':
      return [['!error', event.error]]
    case 'up':
      return [...optional('client', event.clientID), ...optional('room', event.room)]
    case 'status':
      return [
        ['version', String(event.version ?? 'none')],
        ['pending', String(event.pending)],
      ]
    case 'fault':
      return [['about', event.about], ...optional('lasts', event.forMs === undefined ? undefined : formatMs(event.forMs))]
    default:
      return []
  }
}

/** What became of a call, and when a message came. */
function followUps(events: readonly TraceEvent[]): Map<TraceEvent, Fields> {
  const calls = new Map<string, EventOf<'called'>>()
  const messages = new Map<number, EventOf<'sent'>>()
  const later = new Map<TraceEvent, Fields>()
  const add = (event: TraceEvent | undefined, name: string, value: string) => {
    if (event) later.set(event, [...(later.get(event) ?? []), [name, value]])
  }
  for (const event of events) {
    const after = (earlier: TraceEvent | undefined) => `at ${formatMs(event.at)}, after ${formatMs(event.at - (earlier?.at ?? 0))}`
    if (event.type === 'called') calls.set(event.id, event)
    else if (event.type === 'sent') messages.set(event.message, event)
    else if (event.type === 'received') add(messages.get(event.message), 'received', after(messages.get(event.message)))
    else if (event.type === 'lost') add(messages.get(event.message), '!lost', `${after(messages.get(event.message))}: ${event.why}`)
    else if (event.type === 'durable') add(calls.get(event.id), 'saved', after(calls.get(event.id)))
    else if (event.type === 'cancelled') add(calls.get(event.id), '!cancelled', after(calls.get(event.id)))
    else if (event.type === 'settled') {
      const { outcome } = event
      add(
        calls.get(event.id),
        outcome.ok ? 'confirmed' : '!rejected',
        `${after(calls.get(event.id))}${outcome.ok ? '' : `: ${outcome.code}`}`,
      )
    } else if (event.type === 'committed') {
      for (const one of event.mutations) {
        const call = calls.get(one.id)
        add(call, one.ok ? 'committed' : '!committed', `as version ${one.version} ${after(call)}`)
      }
    }
  }
  return later
}

function optional(name: string, value: string | undefined): Fields {
  return value === undefined ? [] : [[name, value]]
}

function more(count: number): Fields {
  return count > LINES_MAX ? [['', `and ${count - LINES_MAX} more`]] : []
}
