import { plainText } from '../trace/plain-text.ts'
import type { EventOf } from '../trace/trace-index.ts'
import { type Lane, labelOffset } from './lanes.ts'
import { tag, text } from './markup.ts'
import type { Picture } from './picture.ts'
import { isLight, versionColour } from './version-colour.ts'

const BAND_WIDTH = 9
const CHIP_HEIGHT = 14
const WITHDRAWN_LENGTH_MAX = 22

/** Each lane's line, coloured by the version that is there; darker is older, and the same colour is the same version. */
export function drawBands(picture: Picture): string {
  const last = lastVersion(picture)
  return picture.lanes.all.map((lane) => drawBand(picture, lane, last)).join('')
}

/** Marks where a client's base moved on, with what was undone and replayed. */
export function drawVersions(picture: Picture): string {
  const last = lastVersion(picture)
  return picture.events
    .map((event, i) => {
      if (event.type === 'advanced') return drawAdvance(picture, event, i, last)
      if (event.type === 'bootstrapped') return drawSnapshot(picture, event, i, last)
      return ''
    })
    .join('')
}

/** The highest version of a run, of any room. */
export function lastVersion({ events }: Pick<Picture, 'events'>): number {
  return events.reduce((last, event) => {
    if (event.type === 'committed' || event.type === 'advanced') return Math.max(last, event.to)
    return event.type === 'bootstrapped' ? Math.max(last, event.version) : last
  }, 1)
}

function drawBand(picture: Picture, lane: Lane, last: number): string {
  const steps = new Map<string, { point: number; version: number }[]>()
  picture.events.forEach((event, i) => {
    if (picture.lanes.of(event.node) !== lane) return
    const version =
      event.type === 'committed' || event.type === 'advanced' ? event.to : event.type === 'bootstrapped' ? event.version : undefined
    if (version === undefined) return
    // A server has a line for each of its rooms.
    const room = event.type === 'committed' ? event.room : ''
    const list = steps.get(room) ?? []
    list.push({ point: i, version })
    steps.set(room, list)
  })
  const rooms = steps.size === 0 ? [['', []] as const] : [...steps]
  const width = BAND_WIDTH / rooms.length
  const x = lane.x - BAND_WIDTH / 2
  const start = picture.moment(0)
  return rooms
    .map(([, list], nth) => {
      const left = x + nth * width
      const bare = picture.span(start, picture.lastPoint, left, width, { class: 'band bare' })
      const parts = list.map(({ point, version }, i) =>
        picture.span(point, list[i + 1]?.point ?? picture.lastPoint, left, width, {
          class: 'band',
          'data-kind': 'base',
          'data-lane': lane.index,
          fill: versionColour(version, last),
        }),
      )
      return bare + parts.join('')
    })
    .join('')
}

function drawAdvance(picture: Picture, event: EventOf<'advanced'>, i: number, last: number): string {
  const lane = picture.lanes.of(event.node)
  const withdrawn = event.replayed.filter((one) => one.withdrawn !== undefined)
  const isRebase = event.undone > 0 || event.replayed.length > 0
  const place = { x: labelOffset(lane), 'text-anchor': anchor(lane) }
  const words = `undid ${event.undone}, replayed ${event.replayed.length - withdrawn.length}`
  const gone = plainText(`withdrew ${withdrawn.map(({ mutationID, name }) => `#${mutationID} ${name}`).join(', ')}`, WITHDRAWN_LENGTH_MAX)
  const label =
    (isRebase ? tag('text', { class: 'label rebase', y: 4, ...place }, text(words)) : '') +
    (withdrawn.length > 0 ? tag('text', { class: 'label rebase bad', y: 18, ...place }, text(gone)) : '')
  return picture.at(i, lane.x, picture.mark(i, 'base', lane), picture.tip(i), chip(event.to, last, isRebase), label)
}

function drawSnapshot(picture: Picture, event: EventOf<'bootstrapped'>, i: number, last: number): string {
  const lane = picture.lanes.of(event.node)
  const label = tag('text', { class: 'label', x: labelOffset(lane), y: 4, 'text-anchor': anchor(lane) }, 'snapshot')
  return picture.at(i, lane.x, picture.mark(i, 'base', lane), picture.tip(i), chip(event.version, last, false), label)
}

/** A version's number on its colour. Two rings say that a rebase brought it. */
function chip(version: number, last: number, isRebase: boolean): string {
  const words = `v${version}`
  const width = Math.max(24, words.length * 7 + 8)
  const shape = { x: -width / 2, y: -CHIP_HEIGHT / 2, width, height: CHIP_HEIGHT, rx: 4 }
  const ring = isRebase
    ? tag('rect', { ...shape, x: shape.x - 2.5, y: shape.y - 2.5, width: width + 5, height: CHIP_HEIGHT + 5, rx: 6, class: 'ring' })
    : ''
  const name = tag('text', { class: `version ${isLight(version, last) ? 'on-light' : ''}`, y: 4, 'text-anchor': 'middle' }, words)
  return ring + tag('rect', { ...shape, class: 'chip', fill: versionColour(version, last) }) + name
}

export function anchor(lane: Lane): string {
  return lane.side === 1 ? 'start' : 'end'
}
