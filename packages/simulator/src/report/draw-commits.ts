import { plainText } from '../trace/plain-text.ts'
import type { EventOf } from '../trace/trace-index.ts'
import { lastVersion } from './draw-base.ts'
import { tag, text } from './markup.ts'
import type { Picture } from './picture.ts'
import { CARD_WIDTH_PX, COMMIT_ROW_PX, COMMIT_ROWS_MAX, commitRows } from './room-of.ts'
import { isLight, versionColour } from './version-colour.ts'

const WORDS_LENGTH_MAX = 14

type Committed = EventOf<'committed'>

/** What the server committed: a card for each batch, with a row for each mutation: version, whose it is, and its name. */
export function drawCommits(picture: Picture): string {
  const last = lastVersion(picture)
  const rooms = new Set(picture.events.flatMap((event) => (event.type === 'committed' ? [event.room] : [])))
  return picture.events
    .map((event, i) => (event.type === 'committed' ? drawCard(picture, event, i, { last, hasRooms: rooms.size > 1 }) : ''))
    .join('')
}

function drawCard(picture: Picture, event: Committed, i: number, context: { readonly last: number; readonly hasRooms: boolean }): string {
  const { server } = picture.lanes
  const rows = commitRows(event.mutations.length)
  const shape = { x: -CARD_WIDTH_PX / 2, y: -10, width: CARD_WIDTH_PX, height: rows * COMMIT_ROW_PX + 3, rx: 5 }
  const shown = event.mutations.slice(0, COMMIT_ROWS_MAX)
  const more = event.mutations.length - shown.length
  const lines = shown.map((mutation, nth) => drawRow(picture, event, mutation, i, nth, context))
  if (more > 0)
    lines.push(
      tag('text', { class: 'muted small', x: 0, y: COMMIT_ROWS_MAX * COMMIT_ROW_PX + 4, 'text-anchor': 'middle' }, `and ${more} more`),
    )
  if (event.mutations.length === 0) lines.push(tag('text', { class: 'small', x: 0, y: 4, 'text-anchor': 'middle' }, `v${event.to}`))
  return picture.at(i, server.x, picture.mark(i, 'commit', server), picture.tip(i), tag('rect', { ...shape, class: 'card' }), ...lines)
}

function drawRow(
  picture: Picture,
  event: Committed,
  mutation: Committed['mutations'][number],
  i: number,
  nth: number,
  { last, hasRooms }: { readonly last: number; readonly hasRooms: boolean },
): string {
  const caller = picture.index.callerOf(mutation)
  const lane = picture.lanes.of(caller)
  const y = nth * COMMIT_ROW_PX
  const left = -CARD_WIDTH_PX / 2
  const room = hasRooms ? `${event.room} ` : ''
  const words = plainText(`${room}${mutation.name}`, WORDS_LENGTH_MAX)
  return tag(
    'g',
    {
      class: `row mark commit ${lane.colour}`,
      'data-event': i,
      'data-kind': 'commit',
      'data-lane': picture.lanes.server.index,
      'data-key': picture.keyOf(mutation.id),
    },
    tag(
      'title',
      {},
      text(`version ${mutation.version}: ${mutation.name} of ${caller}, mutation ${mutation.mutationID}${mutation.ok ? '' : ', rejected'}`),
    ),
    tag('rect', { class: 'chip', x: left + 3, y: y - 7, width: 32, height: 14, rx: 4, fill: versionColour(mutation.version, last) }),
    tag(
      'text',
      { class: `version ${isLight(mutation.version, last) ? 'on-light' : ''}`, x: left + 19, y: y + 4, 'text-anchor': 'middle' },
      `v${mutation.version}`,
    ),
    tag('circle', { class: 'whose', cx: left + 45, cy: y, r: 5 }),
    tag('text', { class: `small ${mutation.ok ? '' : 'rejected'}`, x: left + 54, y: y + 4 }, text(words)),
    tag('text', { class: 'muted small', x: -left - 5, y: y + 4, 'text-anchor': 'end' }, mutation.ok ? `#${mutation.mutationID}` : '✗'),
  )
}
