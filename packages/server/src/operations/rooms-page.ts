import { html } from 'hono/html'
import type { RoomSummary } from '../room/room-view.ts'
import { ago, bytes, count, facts, type Html, pill, quiet, table } from './admin-page.ts'
import type { RecentError } from './recent-errors.ts'

/** Rooms that the page lists; others are found by name. */
const ROOMS_SHOWN_MAX = 200

interface RoomsPage {
  readonly open: readonly RoomSummary[]
  /** Part of the names of rooms that are listed. */
  readonly find: string
  readonly errors: readonly RecentError[]
  readonly now: number
}

/** All rooms that are open, those in trouble first, and what went wrong lately. */
export function roomsPage({ open, find, errors, now }: RoomsPage): Html {
  const found = open.filter(({ room }) => room.includes(find)).sort(byTrouble)
  const shown = found.slice(0, ROOMS_SHOWN_MAX)
  const total = (of: (room: RoomSummary) => number) => open.reduce((sum, room) => sum + of(room), 0)
  return html`<h1>Rooms</h1>
${facts('totals', [
  ['open', count(open.length)],
  ['lines', count(total(linesOf))],
  ['queued', count(total(({ queued }) => queued))],
  ['on disk', bytes(total((room) => room.bytes))],
  ['failed', count(open.filter(({ isServing }) => !isServing).length)],
])}
<form id="search" role="search" method="get" action="./admin">
  <label for="find">Find a room</label>
  <input id="find" name="find" type="search" value="${find}" maxlength="128" spellcheck="false" autocapitalize="off">
</form>
${table<RoomSummary>({
  id: 'rooms',
  title: 'Open rooms',
  note: quiet(found.length > shown.length ? `${count(shown.length)} of ${count(found.length)}` : ''),
  empty:
    find === ''
      ? 'No room is open. One opens when a client comes, and closes a minute after the last has gone.'
      : 'No open room has this in its name.',
  rows: shown,
  columns: [
    {
      name: 'room',
      isMain: true,
      cell: ({ room }) => html`<a id="room-${room}" href="./admin?room=${encodeURIComponent(room)}">${room}</a>`,
    },
    { name: 'version', isNumber: true, cell: ({ version }) => count(version) },
    { name: 'lines', isNumber: true, cell: (room) => count(linesOf(room)) },
    { name: 'lag', isNumber: true, cell: ({ lag }) => count(lag) },
    { name: 'queued', isNumber: true, cell: ({ queued }) => count(queued) },
    { name: 'on disk', isNumber: true, cell: (room) => (room.isServing ? bytes(room.bytes) : '–') },
    { name: 'state', cell: ({ isServing }) => (isServing ? quiet('serving') : pill('bad', 'failed')) },
  ],
})}
${table<RecentError>({
  id: 'errors',
  title: 'Last errors and warnings',
  empty: 'None since the server started.',
  rows: errors,
  columns: [
    { name: 'when', cell: ({ at }) => ago(at, now) },
    {
      name: 'what',
      isMain: true,
      cell: ({ level, message, count: times }) =>
        html`${pill(level === 'error' ? 'bad' : 'warn', level)} ${message}${times > 1 ? ` (${count(times)} times)` : ''}`,
    },
    { name: 'room', cell: ({ fields }) => fields.room ?? '' },
    { name: 'details', cell: ({ fields }) => html`<code>${detailsOf(fields)}</code>` },
  ],
})}`
}

export function linesOf({ lines }: RoomSummary): number {
  return Object.values(lines).reduce((sum, n) => sum + n, 0)
}

function byTrouble(a: RoomSummary, b: RoomSummary): number {
  return (
    Number(a.isServing) - Number(b.isServing) ||
    b.queued - a.queued ||
    b.lag - a.lag ||
    linesOf(b) - linesOf(a) ||
    (a.room < b.room ? -1 : 1)
  )
}

/** The fields that have no column and are not in the message, and of an error what it is rather than where it was thrown. */
function detailsOf({ event: _event, room: _room, err, code, ...others }: RecentError['fields']): string {
  const named = Object.entries(others).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [...(err === undefined ? [] : [`${err.type}${err.message === undefined ? '' : `: ${err.message}`}`]), ...named].join(' ')
}
