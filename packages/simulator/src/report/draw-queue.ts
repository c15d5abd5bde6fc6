import { type Lane, slotOf } from './lanes.ts'
import { tag } from './markup.ts'
import type { PendingSpan } from './pending-spans.ts'
import type { Picture } from './picture.ts'

const TICK = 'M-3 1l2.2 2.6L3.4-3'
const CROSS = 'M-3-3l6 6M3-3l-6 6'
/** Shades of the client's colour, so that neighbours can be told apart. */
const SHADES = [1, 0.72, 0.5]

/** What was pending, a bar for each mutation from its call to its outcome: as many bars side by side as were pending at once. */
export function drawQueues(picture: Picture): string {
  return picture.spans.map((span) => drawSpan(picture, span)).join('') + drawEnds(picture)
}

function drawSpan(picture: Picture, span: PendingSpan): string {
  const lane = picture.lanes.of(span.node)
  const { x, width } = slotOf(lane, span.slot)
  const shade = SHADES[span.mutationID % SHADES.length] ?? 1
  const left = lane.x + x
  const end = span.to ?? picture.lastPoint
  // Hollow until it was saved.
  const saved = span.durable ?? end
  const unsaved = saved > span.from ? picture.span(span.from, saved, left, width, { class: 'pending unsaved', rx: 1 }) : ''
  const bar = saved < end ? picture.span(saved, end, left, width, { class: 'pending', 'fill-opacity': shade, rx: 1 }) : ''
  const durable = span.durable === undefined ? '' : picture.at(span.durable, left, {}, tag('line', { class: 'durable', x2: width }))
  const mark = picture.mark(span.from, 'call', lane, span.id)
  // The call's own dot is the one that is focused.
  return tag(
    'g',
    { ...mark, class: `${mark.class} queue`, tabindex: undefined, role: undefined, 'aria-label': undefined, 'aria-hidden': 'true' },
    picture.tip(span.from),
    unsaved,
    bar,
    durable,
  )
}

function drawEnds(picture: Picture): string {
  const slots = new Map(picture.spans.map((span) => [span.id, span.slot]))
  return picture.events
    .map((event, i) => {
      if (event.type !== 'settled' && event.type !== 'cancelled') return ''
      const lane = picture.lanes.of(event.node)
      const isGood = event.type === 'settled' && event.outcome.ok
      return picture.at(
        i,
        endX(lane, slots.get(event.id) ?? 0),
        picture.mark(i, 'outcome', lane, event.id),
        picture.tip(i),
        tag('circle', { class: 'reach', r: 7 }),
        tag('path', { class: isGood ? 'end good' : 'end bad', d: isGood ? TICK : CROSS, transform: 'translate(0 4)' }),
      )
    })
    .join('')
}

function endX(lane: Lane, slot: number): number {
  const { x, width } = slotOf(lane, slot)
  return lane.x + x + width / 2
}
