import { formatMs } from './format-ms.ts'
import { plainText } from './plain-text.ts'
import { showData, showRows } from './show-data.ts'
import type { TraceEvent } from './trace-event.ts'
import type { EventOf, TraceIndex } from './trace-index.ts'

const REASON_LENGTH_MAX = 120
const ROWS_LENGTH_MAX = 200

/** An event in plain words, on one line, without its time and its node: `calls addTodo({"title":"Milk"})   mutation 1`. */
export function describeEvent(event: TraceEvent, index: TraceIndex): string {
  switch (event.type) {
    case 'up':
      return ['opens', event.room && `room ${plainText(event.room)}`, event.clientID && `as ${plainText(event.clientID, 24)}`]
        .filter(Boolean)
        .join(' ')
    case 'down':
      return `is down: ${reason(event.why)}`
    case 'status':
      return `is ${plainText(event.connection)} at ${event.version === null ? 'no version' : `version ${event.version}`}, ${event.pending} pending`
    case 'called':
      return describeCall(event)
    case 'durable':
      return `has saved ${describeHandle(event.id, index)}`
    case 'cancelled':
      return `cancels ${describeHandle(event.id, index)}`
    case 'settled':
      return describeSettled(event)
    case 'sent':
      return `sends ${plainText(event.kind)} to ${plainText(event.to)}${event.about ? `: ${reason(event.about)}` : ''}`
    case 'received':
      return `receives ${plainText(event.kind)} from ${plainText(event.from)}${underWay(event, index, ' after ')}`
    case 'lost':
      return `${describeMessage(event, index)} is lost${underWay(event, index, ' after ')}: ${reason(event.why)}`
    case 'advanced':
      return describeAdvance(event)
    case 'bootstrapped':
      return `starts from a snapshot of version ${event.version}`
    case 'forked':
      return `was forked, and is ${plainText(event.clientID, 24)} from now on`
    case 'committed':
      return describeCommit(event, index)
    case 'failed':
      return `fails, and goes on: ${reason(event.error)}`
    case 'fault':
      return describeFault(event)
    case 'calm':
      return 'all faults are over'
    case 'shows':
      return `shows ${plainText(showRows(event.rows), ROWS_LENGTH_MAX)}`
    case 'state':
      return `room ${plainText(event.room)} ends at ${event.version === null ? 'no version' : `version ${event.version}`} with digest ${plainText(event.digest, 24)}`
  }
}

/** `partition of client-1: nothing passes, for 3 s`; without `whose`, whom it befalls is not told. */
export function describeFault(event: EventOf<'fault'>, whose?: string): string {
  const of = whose !== undefined && !event.fault.includes(whose) && !event.about.includes(whose) ? ` of ${plainText(whose, 40)}` : ''
  const about = event.about === '' ? '' : `: ${reason(event.about)}`
  return `${plainText(event.fault)}${of}${about}${event.forMs === undefined ? '' : `, for ${formatMs(event.forMs)}`}`
}

function describeCall(event: EventOf<'called'>): string {
  const call = `calls ${plainText(event.name, 60)}(${showData(event.args)})`
  if (event.mutationID !== null) return `${call}   mutation ${event.mutationID}`
  return `${call}   fails at once, and is not sent${event.failure ? `: ${reason(event.failure)}` : ''}`
}

function describeSettled(event: EventOf<'settled'>): string {
  const what = `mutation ${event.mutationID}, ${plainText(event.name, 60)}`
  if (event.outcome.ok) {
    const value = showData(event.outcome.value)
    return `sees ${what} confirmed${value && ` with ${value}`}`
  }
  const { reason: why, code, message } = event.outcome
  const detail = message === code || message === '' ? code : `${code}, ${message}`
  return `sees ${what} ${why === 'cancelled' || why === 'rejected' ? why : `rejected (${why})`}: ${reason(detail)}`
}

function describeAdvance(event: EventOf<'advanced'>): string {
  if (!event.rebased) return `moves on to version ${event.to}, with nothing to undo`
  if (event.undone === 0 && event.replayed.length === 0) return `takes over version ${event.to}, with nothing pending`
  const kept = event.replayed.filter((one) => one.withdrawn === undefined).map((one) => plainText(one.name, 40))
  const withdrawn = event.replayed.filter((one) => one.withdrawn !== undefined)
  const replayed = kept.length > 0 ? `, replayed ${counted(kept)}` : ''
  const gone = withdrawn.map((one) => `${plainText(one.name, 40)} (${reason(one.withdrawn ?? '')})`)
  return `rebases to version ${event.to}: undid ${event.undone}${replayed}${gone.length > 0 ? `; withdrew ${gone.join(', ')}` : ''}`
}

function describeCommit(event: EventOf<'committed'>, index: TraceIndex): string {
  const versions = event.to === event.from + 1 ? `version ${event.to}` : `versions ${event.from + 1} to ${event.to}`
  const mutations = event.mutations.map(
    (one) =>
      `${one.ok ? '' : 'rejects '}${plainText(one.name, 40)} of ${plainText(index.callerOf(one))} (mutation ${one.mutationID}${one.ok ? '' : ', no effect'})`,
  )
  return `commits ${versions}${mutations.length > 0 ? `: ${mutations.join(', ')}` : ''}`
}

function describeHandle(id: string, index: TraceIndex): string {
  const call = index.calls.get(id)
  if (!call) return `a mutation of another time (${plainText(id, 24)})`
  return `mutation ${call.mutationID ?? ''}, ${plainText(call.name, 60)}`
}

function describeMessage(event: EventOf<'lost'>, index: TraceIndex): string {
  const sent = index.messages.get(event.message)
  return sent ? `${plainText(sent.kind)} from ${plainText(sent.node)} to ${plainText(sent.to)}` : `message ${event.message}`
}

function underWay(event: EventOf<'received' | 'lost'>, index: TraceIndex, before: string): string {
  const latency = index.latencyOf(event)
  return latency === undefined ? '' : `${before}${formatMs(latency)}`
}

/** `add ×3, remove`: names in their order, those in a row together. */
function counted(names: readonly string[]): string {
  const runs: { readonly name: string; readonly times: number }[] = []
  for (const name of names) {
    const last = runs.at(-1)
    if (last?.name === name) runs[runs.length - 1] = { name, times: last.times + 1 }
    else runs.push({ name, times: 1 })
  }
  return runs.map(({ name, times }) => (times === 1 ? name : `${name} ×${times}`)).join(', ')
}

function reason(text: string): string {
  return plainText(text, REASON_LENGTH_MAX)
}
