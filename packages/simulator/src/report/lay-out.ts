import type { TraceEvent } from '../trace/trace-event.ts'

/** Pixels that a gap in which nothing happens may take, at the level that is shown first. */
const GAP_MAX_PX = 300
/** What a moment between two events keeps of its length where things before it took more room than time gives. */
const GAP_KEPT = 0.6
const TOP_PX = 26
const BOTTOM_PX = 40

/** How much longer or shorter than at first. At none, only the order counts. */
const STRETCHES = [0, 0.25, 0.5, 1, 2, 4, 8] as const
export const FIRST_LEVEL = 3

/** Height to aim at, at first. */
const PX_PER_EVENT = 4.5
const HEIGHT_MIN_PX = 1000

/** By how much more room time may be given, and what difference from even time then is none. */
const EASES = [1, 1.15, 1.3, 1.45, 1.6]
const STRETCHED_PX_MAX = 24

/** Room that an event takes in its lane, in pixels above and below its place. Things on the line and labels beside it do not touch. */
export interface Room {
  readonly line?: readonly [above: number, below: number]
  readonly label?: readonly [above: number, below: number]
  /** True for what stands right where the last thing of its lane stands, if that was at the same time. */
  readonly joins?: boolean
}

/** Where each moment is, at one stretch of time. */
export interface Level {
  readonly pixelsPerMs: number
  readonly gapMax: number
  /** By event. */
  readonly ys: readonly number[]
  readonly height: number
  /** How much lower the end is than time alone would have it. */
  readonly stretched: number
}

/**
 * Places events from top to bottom. Time goes down evenly as far as there is room: where much happens at once it is stretched, and
 * a long time in which nothing happens is cut short. What comes later is never above what came before, nor an arrival above its sending;
 * what happens at one time in several lanes stands side by side.
 */
export function layOut(events: readonly TraceEvent[], roomOf: (event: TraceEvent, index: number) => Room | undefined): Level[] {
  const rooms = events.map(roomOf)
  const target = Math.max(HEIGHT_MIN_PX, rooms.filter((room) => room !== undefined).length * PX_PER_EVENT)
  const tight = scaleFor(events, target)
  const pixelsPerMs = tight * ease(events, rooms, tight)
  return STRETCHES.map((stretch) => place(events, rooms, pixelsPerMs * stretch, GAP_MAX_PX * Math.max(1, stretch)))
}

/** Where a moment is that need not be an event's: the first of those at that time, or between two. */
export function yAt(events: readonly TraceEvent[], { ys, pixelsPerMs, gapMax }: Level, at: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.at ?? 0) < at) low = middle + 1
    else high = middle
  }
  const after = events[low]
  const before = events[low - 1]
  if (after && (after.at === at || !before)) return ys[low] ?? TOP_PX
  if (!before) return TOP_PX
  const y = ys[low - 1] ?? TOP_PX
  if (!after) return Math.round(y + Math.min(gapMax, (at - before.at) * pixelsPerMs))
  return Math.round(y + (((ys[low] ?? y) - y) * (at - before.at)) / (after.at - before.at))
}

function place(events: readonly TraceEvent[], rooms: readonly (Room | undefined)[], pixelsPerMs: number, gapMax: number): Level {
  const lines = new Map<string, number>()
  const labels = new Map<string, number>()
  const sent = new Map<number, number>()
  const joints = new Map<string, { readonly at: number; readonly y: number }>()
  const ys: number[] = []
  let at = events[0]?.at ?? 0
  /** Where time alone would be, where this moment begins, and the lowest place so far. */
  let even = TOP_PX
  let start = TOP_PX
  let low = TOP_PX
  let end = TOP_PX
  events.forEach((event, i) => {
    if (event.at > at) {
      const gap = Math.min(gapMax, (event.at - at) * pixelsPerMs)
      at = event.at
      even += gap
      start = Math.max(even, low + gap * GAP_KEPT)
    }
    const { line, label, joins } = rooms[i] ?? {}
    const joint = joints.get(event.node)
    let y = joins && joint?.at === at ? joint.y : start
    if (event.type === 'received' || event.type === 'lost') y = Math.max(y, sent.get(event.message) ?? y)
    if (line) y = Math.max(y, (lines.get(event.node) ?? 0) + line[0])
    if (label) y = Math.max(y, (labels.get(event.node) ?? 0) + label[0])
    if (line) joints.set(event.node, { at, y })
    if (line) lines.set(event.node, Math.max(lines.get(event.node) ?? 0, y + line[1]))
    if (label) labels.set(event.node, Math.max(labels.get(event.node) ?? 0, y + label[1]))
    if (event.type === 'sent') sent.set(event.message, y)
    low = Math.max(low, y)
    end = Math.max(end, y + (line?.[1] ?? 0), y + (label?.[1] ?? 0))
    ys.push(Math.round(y))
  })
  return { pixelsPerMs, gapMax, ys, height: Math.ceil(end) + BOTTOM_PX, stretched: low - even }
}

/** A little more room, if that is all that it takes for time to go down evenly. */
function ease(events: readonly TraceEvent[], rooms: readonly (Room | undefined)[], pixelsPerMs: number): number {
  const isEven = (factor: number) => place(events, rooms, pixelsPerMs * factor, GAP_MAX_PX).stretched < STRETCHED_PX_MAX
  return EASES.find(isEven) ?? 1
}

/** How many pixels a millisecond may have, so that all of it is about as high as wanted once long gaps are cut short. */
function scaleFor(events: readonly TraceEvent[], height: number): number {
  const gaps = events.slice(1).map((event, i) => event.at - (events[i]?.at ?? 0))
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  if (total === 0) return 0
  let low = height / total
  let high = low * 1000
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (gaps.reduce((sum, gap) => sum + Math.min(gap * middle, GAP_MAX_PX), 0) < height) low = middle
    else high = middle
  }
  return low
}
