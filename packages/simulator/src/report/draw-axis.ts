import { formatMs } from '../trace/format-ms.ts'
import { FIRST_LEVEL, type Level, yAt } from './lay-out.ts'
import { tag } from './markup.ts'
import type { Picture } from './picture.ts'

const TICK_PX_MIN = 46
const TICKS_APART_PX = 20
/** Ticks that a page may have at one level. */
const TICKS_MAX = 2000
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000]

/** Virtual time at the left, for each stretch of it; one is shown. */
export function drawAxis(picture: Picture): string {
  return picture.levels
    .map((level, i) => tag('g', { class: 'axis', 'data-level': i, hidden: i !== FIRST_LEVEL }, drawLevel(picture, level)))
    .join('')
}

function drawLevel({ events, lanes }: Picture, level: Level): string {
  const end = events.at(-1)?.at ?? 0
  const pixelsPerMs = level.pixelsPerMs > 0 ? level.pixelsPerMs : level.height / Math.max(1, end)
  const step = STEPS_MS.find((ms) => ms * pixelsPerMs >= TICK_PX_MIN && end / ms <= TICKS_MAX) ?? Math.max(end, 1)
  const cuts = cutGaps(events, level)
  let drawn = ''
  let last = Number.NEGATIVE_INFINITY
  for (let at = 0; at <= end; at += step) {
    const y = yAt(events, level, at)
    if (y - last < TICKS_APART_PX || cuts.some(({ from, to }) => at > from && at < to)) continue
    last = y
    drawn += tag('line', { class: 'tick', x1: 50, x2: lanes.width, y1: y, y2: y })
    drawn += tag('text', { class: 'time', x: 44, y: y + 4, 'text-anchor': 'end' }, formatMs(at))
  }
  return drawn + cuts.map(drawCut).join('')
}

interface Cut {
  readonly from: number
  readonly to: number
  readonly y: number
}

/** Where a long time in which nothing happened was cut short. */
function cutGaps(events: Picture['events'], level: Level): Cut[] {
  return events.flatMap((event, i) => {
    const before = events[i - 1]
    if (!before || (event.at - before.at) * level.pixelsPerMs <= level.gapMax * 1.2) return []
    return [{ from: before.at, to: event.at, y: ((level.ys[i] ?? 0) + (level.ys[i - 1] ?? 0)) / 2 }]
  })
}

function drawCut({ from, to, y }: Cut): string {
  const waves = tag('path', { class: 'break', d: `M22 ${y - 9}l6-4l6 4l6-4M22 ${y + 9}l6-4l6 4l6-4` })
  return waves + tag('text', { class: 'time', x: 44, y: y + 2, 'text-anchor': 'end' }, formatMs(to - from))
}
