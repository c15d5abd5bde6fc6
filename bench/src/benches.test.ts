import { describe, expect, test } from 'vitest'
import { BENCHES } from './benches.ts'
import { jsonReport } from './report/json-report.ts'
import { describeMachine, formatMachine } from './report/machine.ts'
import { formatTable, type Table } from './report/table.ts'
import { runBench } from './run-bench.ts'

/** Figures that someone may follow over time. */
const FIGURES: { readonly [name: string]: { readonly table: string; readonly keys: readonly string[] } } = {
  local: { table: 'local', keys: ['rate', 'byHandRate', 'ratio', 'p50', 'p99', 'byHandP50', 'byHandP99'] },
  'browser-rebase': { table: 'browserRebase', keys: ['pending', 'savepoint', 'byHand', 'ratio', 'longTasks', 'longestTask'] },
  start: { table: 'start', keys: ['savepoint', 'file', 'engine', 'ratio', 'toEngine'] },
  react: { table: 'react', keys: ['rowRenders', 'listRenders', 'ms', 'longTasks', 'longestTask'] },
  size: { table: 'size', keys: ['raw', 'gzip', 'brotli'] },
  'server-commit': {
    table: 'commits',
    keys: ['batch', 'bare', 'logged', 'engine', 'engineToBare', 'engineToLogged', 'room', 'roomToEngine'],
  },
  'log-growth': {
    table: 'growth',
    keys: ['entries', 'megabytes', 'open', 'openRatio', 'commit', 'commitRatio', 'catchUp', 'catchUpRatio', 'cut', 'cutRatio'],
  },
  rebase: { table: 'rebase', keys: ['base', 'pending', 'savepoint', 'byHand', 'ratio', 'ratioMin', 'ratioMax'] },
  rows: { table: 'results', keys: ['length', 'savepoint', 'byHand', 'ratio'] },
  drain: { table: 'drain', keys: ['fewer', 'more', 'growth', 'call'] },
  socket: {
    table: 'socket',
    keys: ['confirmedP50', 'confirmedP99', 'visibleP50', 'visibleP99', 'echoP50', 'echoP99', 'rate', 'echoRate', 'serverCpu'],
  },
  threads: { table: 'threads', keys: ['rows', 'rate', 'toProcess', 'toOne', 'cpu'] },
  scale: { table: 'connections', keys: ['count', 'savepoint', 'bare', 'ratio'] },
  simulator: { table: 'simulator', keys: ['seedMs', 'uncheckedMs', 'checks', 'seedsPerMinute', 'clientSeconds', 'callUs'] },
  bounds: { table: 'bounds', keys: ['ratio', 'atRest', 'bound'] },
  bootstrap: { table: 'bootstrap', keys: ['rows', 'seconds', 'megabytes', 'toReading'] },
}

/** What is no matter of time, and holds on any machine. */
const HOLDS: { readonly [name: string]: (rows: Table['rows']) => void } = {
  react(rows) {
    for (const row of rows) expect(row).toMatchObject({ rowRendersMin: 1, rowRendersMax: 1, listRendersMax: 1 })
  },
  size(rows) {
    const page = rows.find(({ part }) => part === 'page: client + react')
    // With what talks to SQLite, which a page has no use for, it is 34.
    expect(page?.gzip).toBeLessThanOrEqual(22)
  },
}

describe.each(BENCHES.map((bench) => ({ name: bench.name, bench })))('$name', ({ name, bench }) => {
  test('runs in its smallest form and yields its figures', async () => {
    const tables = await runBench(bench, 'smoke', () => {})
    const expected = FIGURES[name]
    const rows = tables.find(({ key }) => key === expected?.table)?.rows ?? []
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) for (const key of expected?.keys ?? []) expect(row, key).toHaveProperty(key, expect.any(Number))
    for (const table of tables) for (const { title } of table.columns) expect(formatTable(table)).toContain(title)
    HOLDS[name]?.(rows)
  })
})

test('a report names the machine, and its figures survive JSON', () => {
  const machine = describeMachine()
  expect(formatMachine(machine)).toContain(machine.node)
  const report = jsonReport('some', 'quick', machine, [{ key: 'times', title: '', columns: [], rows: [{ n: 1, ms: 2.5 }] }])
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({
    bench: 'some',
    effort: 'quick',
    machine,
    tables: { times: [{ n: 1, ms: 2.5 }] },
  })
})
