import type { TableState, TraceEvent } from '../trace/trace-event.ts'
import type { EventOf } from '../trace/trace-index.ts'
import type { Lanes } from './lanes.ts'
import { tag, text } from './markup.ts'

type State = EventOf<'state'>

/** What each room and each replica of it held at the end, side by side; rows that are not the server's are marked. */
export function finalStates(events: readonly TraceEvent[], lanes: Lanes): string {
  const rooms = new Map<string, Map<string, State>>()
  for (const event of events) {
    if (event.type !== 'state') continue
    const states = rooms.get(event.room) ?? new Map<string, State>()
    rooms.set(event.room, states.set(event.node, event))
  }
  if (rooms.size === 0) return ''
  return tag('section', { id: 'states' }, tag('h2', {}, 'At the end'), ...[...rooms].map(([room, states]) => drawRoom(room, states, lanes)))
}

function drawRoom(room: string, states: ReadonlyMap<string, State>, lanes: Lanes): string {
  const nodes = lanes.all.filter(({ name }) => states.has(name)).sort((a, b) => Number(b.isServer) - Number(a.isServer))
  const truth = nodes[0] && states.get(nodes[0].name)
  const cards = nodes.map((lane) => {
    const state = states.get(lane.name) as State
    const isSame = !truth || (sameTables(state, truth) && state.digest === truth.digest)
    const verdict = lane.isServer ? '' : tag('span', { class: isSame ? 'good' : 'bad' }, isSame ? '= the server’s' : '≠ not the server’s')
    return tag(
      'div',
      { class: `state ${lane.colour} ${isSame ? '' : 'differs'}` },
      tag('h4', {}, tag('i', { class: 'swatch' }), text(lane.name), verdict),
      tag('p', { class: 'muted' }, text(`${state.version === null ? 'no version' : `version ${state.version}`} · digest ${state.digest}`)),
      ...state.tables.map((table) =>
        drawTable(
          table,
          truth?.tables.find(({ name }) => name === table.name),
        ),
      ),
      state.tables.length === 0 ? tag('p', { class: 'muted' }, 'no tables') : '',
    )
  })
  return tag('h3', {}, text(`room ${room}`)) + tag('div', { class: 'states' }, ...cards)
}

function sameTables(a: State, b: State): boolean {
  return JSON.stringify(a.tables) === JSON.stringify(b.tables)
}

function drawTable(table: TableState, truth: TableState | undefined): string {
  const head = tag('tr', {}, tag('th', { class: 'flag' }), ...table.columns.map((column) => tag('th', {}, text(column))))
  const rows = pair(table, truth).map(({ row, other }) => drawRow(table.columns.length, row, other))
  const rest = table.rowCount - table.rows.length
  const more = rest > 0 ? tag('p', { class: 'muted' }, `and ${rest} more rows`) : ''
  const empty = rows.length === 0 ? tag('tr', {}, tag('td', { colspan: table.columns.length + 1, class: 'muted' }, 'no rows')) : ''
  return tag('table', {}, tag('caption', {}, text(table.name)), tag('thead', {}, head), tag('tbody', {}, ...rows, empty)) + more
}

function drawRow(columns: number, row: readonly string[] | undefined, other: readonly string[] | undefined): string {
  const shown = row ?? other ?? []
  const isSame = row !== undefined && other !== undefined && JSON.stringify(row) === JSON.stringify(other)
  const flag = isSame ? '' : row === undefined ? 'missing' : other === undefined ? 'only here' : '≠'
  const cells = Array.from({ length: columns }, (_, i) =>
    tag('td', { class: row && other && row[i] !== other[i] ? 'other' : undefined }, text(shown[i] ?? '')),
  )
  return tag('tr', { class: isSame ? undefined : row === undefined ? 'missing' : 'differs' }, tag('td', { class: 'flag' }, flag), ...cells)
}

/** Rows here beside the server's: the same first, then those whose first column is the same, which is mostly the key. */
function pair(table: TableState, truth: TableState | undefined): { row?: readonly string[]; other?: readonly string[] }[] {
  if (!truth) return table.rows.map((row) => ({ row, other: row }))
  const left = new Map(truth.rows.map((row) => [JSON.stringify(row), row]))
  const isThere = (row: readonly string[]) => left.delete(JSON.stringify(row))
  const same = new Set(table.rows.filter(isThere))
  const pairs = table.rows.map((row) => {
    if (same.has(row)) return { row, other: row }
    const match = [...left].find(([, other]) => other[0] === row[0])
    if (!match) return { row }
    left.delete(match[0])
    return { row, other: match[1] }
  })
  return [...pairs, ...[...left.values()].map((other) => ({ other }))]
}
