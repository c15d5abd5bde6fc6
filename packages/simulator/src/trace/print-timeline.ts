import { describeEvent, describeFault } from './describe-event.ts'
import { noiseOf } from './noise.ts'
import { plainText } from './plain-text.ts'
import type { TraceEvent } from './trace-event.ts'
import { TraceIndex } from './trace-index.ts'
import type { Verdict } from './verdict.ts'

/** From here on, seconds are easier to read than milliseconds. */
const SECONDS_FROM_MS = 10_000

const FAULT = 'fault'

interface TimelineOptions {
  readonly verdict?: Verdict
  /** Also prints pings, what became durable, and each status. Default false. */
  readonly everything?: boolean
}

/** A run in words, one line an event: time, who, what. A guarantee that did not hold is told at the end. */
export function printTimeline(events: readonly TraceEvent[], options: TimelineOptions = {}): string[] {
  const { verdict, everything = false } = options
  const index = new TraceIndex(events)
  const noise = everything ? undefined : noiseOf(events, index)
  const shown = events.filter((event) => !noise?.has(event))
  const time = timeColumn(events)
  const names = events.map(who)
  const width = Math.max(FAULT.length, ...new Set(names.map((name) => name.length)))
  const lines = shown.map((event) => `${time(event.at)}  ${who(event).padEnd(width)}  ${inWords(event, index)}`.trimEnd())
  if (verdict === undefined) return lines
  const last = time(events.at(-1)?.at ?? 0)
  if (verdict === 'converged') return [...lines, `${last}  ${''.padEnd(width)}  All is as it should be.`]
  return [
    ...lines,
    `${last}  ${'!'.padEnd(width)}  ${verdict.guarantee} DOES NOT HOLD (${verdict.checker}): ${plainText(verdict.message, 2000)}`,
  ]
}

function who(event: TraceEvent): string {
  return event.type === 'fault' || event.type === 'calm' ? FAULT : plainText(event.node, 40)
}

function inWords(event: TraceEvent, index: TraceIndex): string {
  // The column says that it is a fault, so whom it befalls stands in the text.
  return event.type === 'fault' ? describeFault(event, event.node) : describeEvent(event, index)
}

function timeColumn(events: readonly TraceEvent[]): (at: number) => string {
  const end = events.at(-1)?.at ?? 0
  const hasParts = events.some(({ at }) => !Number.isInteger(at))
  const write = (at: number) => (end >= SECONDS_FROM_MS ? `${(at / 1000).toFixed(3)} s` : `${hasParts ? at.toFixed(1) : at} ms`)
  const width = write(end).length
  return (at) => write(at).padStart(width)
}
