import { noiseOf } from '../trace/noise.ts'
import { plainText } from '../trace/plain-text.ts'
import { showRows, showValues } from '../trace/show-data.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { EventOf } from '../trace/trace-index.ts'
import type { Verdict } from '../trace/verdict.ts'
import { anchor } from './draw-base.ts'
import { type Lane, labelOffset } from './lanes.ts'
import { tag, text } from './markup.ts'
import type { MarkKind, Picture } from './picture.ts'
import { CARD_WIDTH_PX } from './room-of.ts'

const WORDS_LENGTH_MAX = 22
const PILL_WORDS_LENGTH_MAX = 20
const BOLT = 'M1.2-6l-5 6.6h3.4l-1.2 5.4 5-6.6h-3.4z'
const UP = 'M0-4.5l4.4 7.4h-8.8z'
const DOWN = 'M0 4.5l4.4-7.4h-8.8z'

/** Calls, and what befalls a node: its life, its connection, faults and failures. */
export function drawMarks(picture: Picture): string {
  const noise = noiseOf(picture.events, picture.index)
  const called = new Set(picture.spans.map(({ id }) => id))
  return picture.events
    .map((event, i) => {
      if (event.type === 'called') return drawCall(picture, event, i)
      if (event.type === 'settled' && !event.outcome.ok && called.has(event.id)) return drawRejection(picture, event, i)
      return noise.has(event) ? '' : drawHappening(picture, event, i)
    })
    .join('')
}

/** `#1 addTodo(Milk)`, as far as there is room. */
function drawCall(picture: Picture, event: EventOf<'called'>, i: number): string {
  const lane = picture.lanes.of(event.node)
  const failed = event.mutationID === null
  const number = failed ? tag('tspan', { class: 'bad' }, '✗ ') : tag('tspan', { class: 'muted' }, `#${event.mutationID} `)
  const call = text(plainText(`${event.name}(${showValues(event.args)})`, WORDS_LENGTH_MAX))
  return picture.at(
    i,
    lane.x,
    picture.mark(i, 'call', lane, event.id),
    picture.tip(i),
    tag('circle', { class: 'reach', r: 11 }),
    tag('circle', { class: failed ? 'dot hollow' : 'dot', r: 6 }),
    tag('text', { class: 'label', x: labelOffset(lane), y: 4, 'text-anchor': anchor(lane) }, number, call),
  )
}

function drawRejection(picture: Picture, event: EventOf<'settled'>, i: number): string {
  if (event.outcome.ok) return ''
  const lane = picture.lanes.of(event.node)
  const words = plainText(`✗ #${event.mutationID} ${event.outcome.code}`, WORDS_LENGTH_MAX)
  const label = tag('text', { class: 'label bad', x: labelOffset(lane), y: 4, 'text-anchor': anchor(lane) }, text(words))
  return picture.at(
    i,
    lane.x,
    { class: 'mark outcome', 'data-event': i, 'data-kind': 'outcome', 'data-lane': lane.index, 'data-key': picture.keyOf(event.id) },
    label,
  )
}

function drawHappening(picture: Picture, event: TraceEvent, i: number): string {
  switch (event.type) {
    case 'up':
      return drawSign(picture, i, 'status', UP, 'good', event.room === undefined ? 'opens' : `opens ${event.room}`)
    case 'down':
      return drawSign(picture, i, 'fault', DOWN, 'bad', event.why)
    case 'status':
      return drawSign(picture, i, 'status', '', event.connection === 'live' ? '' : 'warn', event.connection)
    case 'forked':
      return drawSign(picture, i, 'status', UP, 'warn', 'forked: a new ID')
    case 'failed':
      return drawSign(picture, i, 'fault', UP, 'bad', event.error)
    case 'fault':
      return drawSign(picture, i, 'fault', BOLT, 'warn', event.fault)
    case 'shows':
      return drawSign(picture, i, 'base', '', '', showRows(event.rows))
    case 'calm':
      return drawCalm(picture, i)
    default:
      return ''
  }
}

function drawSign(picture: Picture, i: number, kind: MarkKind, sign: string, tone: string, words: string): string {
  const lane = picture.lanes.of(picture.events[i]?.node ?? '')
  const attributes = picture.mark(i, kind, lane)
  if (lane.isServer) return picture.at(i, lane.x, attributes, picture.tip(i), ...pill(sign, tone, words))
  const label = { class: `label ${tone}`, x: labelOffset(lane), y: 4, 'text-anchor': anchor(lane) }
  return picture.at(
    i,
    lane.x,
    attributes,
    picture.tip(i),
    tag('circle', { class: `plate ${tone}`, r: sign === '' ? 4.5 : 8 }),
    sign === '' ? tag('circle', { class: `sign ${tone || 'muted'}`, r: 3 }) : tag('path', { class: `sign ${tone}`, d: sign }),
    tag('text', label, text(plainText(words, WORDS_LENGTH_MAX))),
  )
}

/** The server has no side to write on: its words stand on its line. */
function pill(sign: string, tone: string, words: string): string[] {
  return [
    tag('rect', { class: 'card', x: -CARD_WIDTH_PX / 2, y: -9, width: CARD_WIDTH_PX, height: 18, rx: 9 }),
    tag('path', { class: `sign ${tone}`, d: sign, transform: `translate(${-CARD_WIDTH_PX / 2 + 12} 0)` }),
    tag('text', { class: `small ${tone}`, x: -CARD_WIDTH_PX / 2 + 22, y: 4 }, text(plainText(words, PILL_WORDS_LENGTH_MAX))),
  ]
}

function drawCalm(picture: Picture, i: number): string {
  const { server, width } = picture.lanes
  return picture.at(
    i,
    0,
    picture.mark(i, 'fault', server),
    picture.tip(i),
    tag('line', { class: 'calm', x1: 50, x2: width }),
    tag('text', { class: 'label good', x: width - 8, y: -5, 'text-anchor': 'end' }, 'all faults are over'),
  )
}

/** Shades the time in which a node was down, and that in which a fault lasted. */
export function drawShades(picture: Picture): string {
  const { events } = picture
  const calm = events.findIndex(({ type }) => type === 'calm')
  const end = (at: number) => Math.min(at, events[calm]?.at ?? Number.POSITIVE_INFINITY, events.at(-1)?.at ?? 0)
  return events
    .map((event, i) => {
      const lane = picture.lanes.of(event.node)
      if (event.type === 'fault' && event.forMs !== undefined && event.forMs > 0) {
        return shade(picture, lane, i, picture.moment(Math.max(event.at, end(event.at + event.forMs))), 'shade-fault')
      }
      if (event.type !== 'down') return ''
      const up = events.findIndex((other, j) => j > i && other.type === 'up' && other.node === event.node)
      return shade(picture, lane, i, up === -1 ? picture.lastPoint : up, 'shade-down')
    })
    .join('')
}

function shade(picture: Picture, lane: Lane, from: number, to: number, name: string): string {
  const width = lane.isServer ? CARD_WIDTH_PX : 76
  return picture.span(from, to, lane.x - width / 2, width, { class: `shade ${name}`, 'data-lane': lane.index, 'data-kind': 'fault', rx: 4 })
}

/** The end of the run: where it came to rest, or where a guarantee was seen not to hold. */
export function drawEnd(picture: Picture, verdict: Verdict): string {
  const { width } = picture.lanes
  const tone = verdict === 'converged' ? 'good' : 'bad'
  const words = verdict === 'converged' ? 'at rest, and converged' : `${verdict.guarantee} does not hold`
  return picture.at(
    picture.lastPoint,
    0,
    { id: 'end' },
    tag('line', { class: `ended ${tone}`, x1: 50, x2: width, y1: 16, y2: 16 }),
    tag('text', { class: `label ${tone}`, x: width - 8, y: 33, 'text-anchor': 'end' }, text(words)),
  )
}
