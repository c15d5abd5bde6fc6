import type { EventOf } from '../trace/trace-index.ts'
import type { Lane } from './lanes.ts'
import type { Level } from './lay-out.ts'
import type { Picture } from './picture.ts'
import { CARD_WIDTH_PX } from './room-of.ts'

/** Pixels between two captions beside one client. */
const CAPTIONS_APART_PX = 13
const CAPTIONS_APART_PX_MAX = 30
/** From the client's lane to the middle of a caption. */
const CAPTION_AT_PX = 60

/** A message on its way. One that arrives twice is two of them, one that is lost or under way at the end has no arrival. */
export interface Arrow {
  readonly id: number
  readonly sent: EventOf<'sent'>
  readonly from: number
  readonly to: number
  readonly way: 'arrived' | 'again' | 'lost' | 'open'
  readonly client: Lane
}

/** All messages of a run, as they are to be drawn. */
export function arrowsOf(picture: Picture): Arrow[] {
  const sents = new Map<number, number>()
  const ends = new Map<number, number[]>()
  picture.events.forEach((event, i) => {
    if (event.type === 'sent') sents.set(event.message, i)
    if (event.type === 'received' || event.type === 'lost') ends.set(event.message, [...(ends.get(event.message) ?? []), i])
  })
  const arrows: Arrow[] = []
  for (const [message, from] of sents) {
    const sent = picture.events[from]
    if (sent?.type !== 'sent') continue
    const source = picture.lanes.of(sent.node)
    const client = source.isServer ? picture.lanes.of(sent.to) : source
    const add = (to: number, way: Arrow['way']) => arrows.push({ id: arrows.length, sent, from, to, way, client })
    const arrivals = ends.get(message) ?? []
    if (arrivals.length === 0) add(picture.lastPoint, 'open')
    for (const [nth, to] of arrivals.entries()) add(to, picture.events[to]?.type === 'lost' ? 'lost' : nth > 0 ? 'again' : 'arrived')
  }
  return arrows
}

/**
 * For each stretch of time, the arrows whose captions have room: they stand at the client's end, one below the other. What was
 * lost comes first, as that is what one looks for; pings come last.
 */
export function roomyCaptions(picture: Picture, arrows: readonly Arrow[]): number[][] {
  const rank = (arrow: Arrow) => (arrow.way === 'arrived' ? (picture.messageKind(arrow.sent) === 'ping' ? 2 : 1) : 0)
  const order = [...arrows].sort((a, b) => rank(a) - rank(b) || a.id - b.id)
  return picture.levels.map((level) => roomy(picture, level, order))
}

function roomy(picture: Picture, level: Level, order: readonly Arrow[]): number[] {
  const taken = new Map<string, number[]>()
  return order
    .filter(({ client, sent, from, to }) => {
      const [near, far] =
        sent.node === client.name ? [picture.y(from, level), picture.y(to, level)] : [picture.y(to, level), picture.y(from, level)]
      const run = Math.abs(client.x - picture.lanes.server.x) - CARD_WIDTH_PX / 2
      // Captions go with their arrows: here is the middle of this one, and the steeper it is, the higher it is.
      const y = near + ((far - near) * CAPTION_AT_PX) / run
      const apart = Math.min(CAPTIONS_APART_PX_MAX, (CAPTIONS_APART_PX * Math.hypot(run, far - near)) / run)
      const place = Math.floor(y / CAPTIONS_APART_PX_MAX)
      const others = [place - 1, place, place + 1].flatMap((one) => taken.get(`${client.index} ${one}`) ?? [])
      if (others.some((other) => Math.abs(other - y) < apart)) return false
      const key = `${client.index} ${place}`
      taken.set(key, [...(taken.get(key) ?? []), y])
      return true
    })
    .map(({ id }) => id)
}
