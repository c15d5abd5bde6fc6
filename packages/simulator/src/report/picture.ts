import { describeEvent } from '../trace/describe-event.ts'
import { isPing } from '../trace/noise.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { TraceIndex } from '../trace/trace-index.ts'
import { type Lane, type Lanes, lanesOf } from './lanes.ts'
import { FIRST_LEVEL, type Level, layOut, yAt } from './lay-out.ts'
import { type Attributes, tag, text } from './markup.ts'
import { type PendingSpan, pendingSpans, queueDepths } from './pending-spans.ts'
import type { ReportedRun } from './reported-run.ts'
import { roomOf } from './room-of.ts'

/** What a mark is, for those who want to see only some. */
export type MarkKind = 'call' | 'message' | 'ping' | 'commit' | 'base' | 'outcome' | 'fault' | 'status'

/**
 * A run on its way to become a drawing. Elements name the points between which they stand, so that the page can move them when
 * time is stretched: a point is an event's index, or that of a moment between events.
 */
export class Picture {
  readonly events: readonly TraceEvent[]
  readonly index: TraceIndex
  readonly lanes: Lanes
  readonly levels: readonly Level[]
  readonly spans: readonly PendingSpan[]
  readonly #moments: number[] = []
  /** By a mutation's ID, a number that stands for it in the page. */
  readonly #keys = new Map<string, number>()

  constructor(run: ReportedRun) {
    this.events = run.events
    this.index = new TraceIndex(run.events)
    this.spans = pendingSpans(run.events)
    this.lanes = lanesOf(run, queueDepths(this.spans))
    this.levels = layOut(run.events, roomOf(run.events, this.index, this.lanes))
  }

  /** A point for a moment that is no event's, in virtual milliseconds. */
  moment(at: number): number {
    this.#moments.push(at)
    return this.events.length + this.#moments.length - 1
  }

  get lastPoint(): number {
    return this.events.length - 1
  }

  /** Pixels from the top, at a level. */
  y(point: number, level: Level = this.firstLevel): number {
    if (point < this.events.length) return level.ys[point] ?? 0
    return yAt(this.events, level, this.#moments[point - this.events.length] ?? 0)
  }

  get firstLevel(): Level {
    return this.levels[FIRST_LEVEL] as Level
  }

  /** By level, where each point is. */
  allYs(): number[][] {
    return this.levels.map((level) => [...level.ys, ...this.#moments.map((at) => yAt(this.events, level, at))])
  }

  keyOf(mutation: string): number {
    const key = this.#keys.get(mutation) ?? this.#keys.size
    this.#keys.set(mutation, key)
    return key
  }

  /** A group at a point, `x` pixels from the left. */
  at(point: number, x: number, attributes: Attributes, ...children: readonly string[]): string {
    return tag('g', { 'data-at': point, 'data-x': x, transform: `translate(${x} ${this.y(point)})`, ...attributes }, ...children)
  }

  /** A rectangle from one point to another. */
  span(from: number, to: number, x: number, width: number, attributes: Attributes, ...children: readonly string[]): string {
    const y = this.y(from)
    const height = Math.max(0, this.y(to) - y)
    return tag('rect', { 'data-from': from, 'data-to': to, x, y, width, height, ...attributes }, ...children)
  }

  /** What makes a group the mark of an event: it can be found, focused and filtered, and says what it is. */
  mark(event: number, kind: MarkKind, lane: Lane, mutation?: string): Attributes {
    return {
      class: `mark ${kind} ${lane.colour}`,
      'data-event': event,
      'data-kind': kind,
      'data-lane': lane.index,
      'data-key': mutation === undefined ? undefined : this.keyOf(mutation),
      tabindex: -1,
      role: 'button',
      'aria-label': this.label(event),
    }
  }

  /** The tip that a pointer over it shows. */
  tip(event: number): string {
    return tag('title', {}, text(this.label(event)))
  }

  label(event: number): string {
    const one = this.events[event]
    return one ? `${one.node} ${describeEvent(one, this.index)}` : ''
  }

  messageKind(event: TraceEvent): MarkKind {
    return isPing(event, this.index) ? 'ping' : 'message'
  }
}
