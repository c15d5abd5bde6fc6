import { formatMs } from '../trace/format-ms.ts'
import type { Arrow } from './arrows.ts'
import type { Lane } from './lanes.ts'
import { tag, text } from './markup.ts'
import type { Picture } from './picture.ts'
import { CARD_WIDTH_PX } from './room-of.ts'

/** Pixels from a lane's middle to where an arrow begins or ends: at its line, or at the edge of what stands there. */
const LINE_EDGE = 6
const CHIP_EDGE = 18
const CARD_EDGE = CARD_WIDTH_PX / 2 + 1
/** Pixels from the client's lane to where a message that does not arrive ends, if that is less than most of its way. */
const LOST_BEFORE = 92
const LOST_AT = 0.62

const HEAD = 'M0 0l-9-4.2v8.4z'
const CROSS = 'M-5-5l10 10M5-5l-10 10'

/** Messages as arrows from where and when they were sent to where and when they came. `captioned` are those that have room for words. */
export function drawMessages(picture: Picture, arrows: readonly Arrow[], captioned: readonly number[]): string {
  const roomy = new Set(captioned)
  return arrows.map((arrow) => drawArrow(picture, arrow, roomy.has(arrow.id))).join('')
}

function drawArrow(picture: Picture, arrow: Arrow, isCaptioned: boolean): string {
  const { sent, from, to, way, client } = arrow
  const source = picture.lanes.of(sent.node)
  const target = picture.lanes.of(sent.to)
  const goesRight = source.x < target.x
  const direction = goesRight ? 1 : -1
  const start = source.x + direction * startEdge(picture, from)
  const isCut = way === 'lost' || way === 'open'
  const end = isCut ? cutEnd(source, target, client) : target.x - direction * endEdge(picture, to)
  const [left, right] = goesRight ? [start, end] : [end, start]
  const [leftPoint, rightPoint] = goesRight ? [from, to] : [to, from]
  const rise = picture.y(rightPoint) - picture.y(leftPoint)
  const length = Math.hypot(right - left, rise)
  const attributes = picture.mark(way === 'again' ? to : from, picture.messageKind(sent), client)
  const isClientRight = client.x > picture.lanes.server.x
  // A message that is cut off on its way to a client ends far from it.
  const isAtEnd = !(source.isServer && (way === 'lost' || way === 'open'))
  const caption = tag('text', { class: 'caption', y: -4, ...captionPlace(isClientRight, isAtEnd) }, text(words(picture, arrow)))
  const tip = drawTip(way, goesRight)
  return tag(
    'g',
    {
      ...attributes,
      class: `${attributes.class} ${way} ${source.isServer ? 'down' : 'up'}${isCaptioned ? '' : ' crowded'}`,
      'data-caption': arrow.id,
      'data-left': leftPoint,
      'data-right': rightPoint,
      'data-x1': left,
      'data-x2': right,
      transform: `translate(${left} ${picture.y(leftPoint)}) rotate(${degrees(rise, right - left)})`,
    },
    picture.tip(way === 'arrived' || way === 'open' ? from : to),
    tag('line', { class: 'reach', x2: length }),
    tag('line', { class: 'wire', x2: length }),
    tag('g', {}, goesRight ? '' : tip, isClientRight ? '' : caption),
    tag('g', { class: 'far', transform: `translate(${length} 0)` }, goesRight ? tip : '', isClientRight ? caption : ''),
  )
}

function degrees(rise: number, run: number): number {
  return Math.round((Math.atan2(rise, run) * 18000) / Math.PI) / 100
}

function drawTip(way: Arrow['way'], goesRight: boolean): string {
  if (way === 'open') return ''
  return way === 'lost'
    ? tag('path', { d: CROSS, class: 'cross' })
    : tag('path', { d: HEAD, transform: goesRight ? undefined : 'scale(-1)' })
}

/** Captions stand at the client's end, where few arrows meet. */
function captionPlace(isClientRight: boolean, isAtEnd: boolean): { readonly x: number; readonly 'text-anchor': string } {
  const x = isAtEnd ? 24 : 10
  return isClientRight ? { x: -x, 'text-anchor': 'end' } : { x, 'text-anchor': 'start' }
}

function words(picture: Picture, { sent, to, way }: Arrow): string {
  if (way === 'lost') return `${sent.kind} lost`
  if (way === 'open') return `${sent.kind} still under way`
  const latency = formatMs((picture.events[to]?.at ?? sent.at) - sent.at)
  return way === 'again' ? `${sent.kind} again, ${latency}` : `${sent.kind} ${latency}`
}

/** Where a message ends that does not arrive: in the gap beside its client's lane, where no other lane's words are. */
function cutEnd(source: Lane, target: Lane, client: Lane): number {
  const way = target.x - source.x
  const short = Math.abs(way) * (source === client ? LOST_AT : 1 - LOST_AT)
  return (
    client.x + (source === client ? Math.sign(way) : -Math.sign(way)) * Math.min(short, source === client ? 2 * LOST_BEFORE : LOST_BEFORE)
  )
}

/** What is sent goes out from what the same node did at that time, if that is a commit or stands on its line. */
function startEdge(picture: Picture, sent: number): number {
  const { at, node } = picture.events[sent] ?? {}
  for (let i = sent - 1; i >= 0 && picture.events[i]?.at === at; i--) {
    const event = picture.events[i]
    if (event?.node === node && event?.type !== 'sent' && event?.type !== 'received') return edgeOf(picture, i)
  }
  return LINE_EDGE
}

/** What comes ends at what it brings about at once. */
function endEdge(picture: Picture, received: number): number {
  const { at, node } = picture.events[received] ?? {}
  for (let i = received + 1; i < picture.events.length && picture.events[i]?.at === at; i++) {
    const event = picture.events[i]
    if (event?.node === node && event?.type !== 'received') return picture.y(i) === picture.y(received) ? edgeOf(picture, i) : LINE_EDGE
  }
  return LINE_EDGE
}

function edgeOf(picture: Picture, i: number): number {
  const type = picture.events[i]?.type
  if (type === 'committed') return CARD_EDGE
  return type === 'advanced' || type === 'bootstrapped' ? CHIP_EDGE : LINE_EDGE
}
