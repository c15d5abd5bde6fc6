import type { LineView } from '@savepoint/core'
import { html } from 'hono/html'
import type { ClientView, HistoryEntry, RoomView } from '../room/room-view.ts'
import { ago, bytes, count, facts, type Html, pill, quiet, table } from './admin-page.ts'
import { linesOf } from './rooms-page.ts'

interface RoomPage {
  readonly view: RoomView
  /** Oldest first; null if it cannot be read now. */
  readonly tail: readonly HistoryEntry[] | null
  readonly showArguments: boolean
  readonly now: number
}

/** One room: its lines, its clients, and its last mutations. */
export function roomPage({ view, tail, showArguments, now }: RoomPage): Html {
  const { room, version, queued, isServing, connected, clients, logVersions, epoch, digest } = view
  const waiting = clients.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0)
  const lines = linesOf(view)
  return html`<p class="path"><a id="up" href="./admin">Rooms</a></p>
<h1>${room}</h1>
${facts('facts', [
  ['state', isServing ? 'serving' : pill('bad', 'failed')],
  ['version', count(version)],
  ['lines', count(lines)],
  ['queued', count(queued)],
  ['outcomes not confirmed', count(waiting)],
  ['on disk', isServing ? bytes(view.bytes) : '–'],
  ['log', `${count(logVersions)} versions`],
])}
<p id="origin" class="origin quiet" data-part><span>epoch <code>${epoch}</code></span> <span>digest <code>${digest}</code></span></p>
${table<HistoryEntry>({
  id: 'tail',
  title: 'Last mutations',
  note: quiet('newest first'),
  empty: tail === null ? 'The log cannot be read now.' : 'The log is empty.',
  rows: (tail ?? []).toReversed(),
  columns: [
    { name: 'version', isNumber: true, cell: (entry) => count(entry.version) },
    { name: 'when', cell: ({ at }) => ago(at, now) },
    { name: 'mutator', isMain: true, cell: ({ name }) => html`<b>${name}</b>` },
    {
      name: 'client',
      cell: ({ clientID, mutationID, author }) => html`<code>${clientID}</code> ${author} ${quiet(`no. ${count(mutationID)}`)}`,
    },
    { name: 'outcome', cell: (entry) => outcomeOf(entry, showArguments) },
    ...(showArguments ? [{ name: 'arguments', cell: ({ args }: HistoryEntry) => html`<code>${args}</code>` }] : []),
  ],
})}
${table<LineView>({
  id: 'lines',
  title: 'Lines',
  note: quiet(lines > connected.length ? `${count(connected.length)} of ${count(lines)}` : ''),
  empty: 'Nobody is connected.',
  rows: connected,
  columns: [
    {
      name: 'client',
      cell: ({ clientID }) => (clientID === null ? quiet('no hello yet') : html`<code>${clientID}</code>`),
    },
    { name: 'identity', cell: ({ identity, readOnly }) => html`${identity} ${readOnly ? pill('plain', 'read only') : ''}` },
    { name: 'state', cell: ({ state }) => (state === 'live' ? quiet(state) : pill('warn', state)) },
    { name: 'version', isNumber: true, cell: (line) => (line.version === null ? '–' : count(line.version)) },
    { name: 'lag', isNumber: true, cell: (line) => (line.version === null ? '–' : count(version - line.version)) },
  ],
})}
${table<ClientView>({
  id: 'clients',
  title: 'Clients that pushed last',
  empty: 'No client has pushed anything.',
  rows: clients,
  columns: [
    { name: 'client', isMain: true, cell: ({ clientID }) => html`<code>${clientID}</code>` },
    { name: 'identity', cell: ({ identity }) => identity },
    { name: 'mutations', isNumber: true, cell: ({ lastMutationID }) => count(lastMutationID) },
    { name: 'outcomes not confirmed', isNumber: true, cell: ({ unconfirmed }) => count(unconfirmed) },
    { name: 'last push', cell: ({ seenAt }) => ago(seenAt, now) },
  ],
})}`
}

/** What a mutator says as it rejects may tell of what it was given. */
function outcomeOf({ failure }: HistoryEntry, showArguments: boolean): Html {
  if (failure === null) return quiet('confirmed')
  return html`${pill('warn', failure.reason)} ${failure.code}${showArguments ? html` <span class="quiet">${failure.message}</span>` : ''}`
}
