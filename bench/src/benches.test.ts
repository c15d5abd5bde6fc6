import { describe, expect, test } from 'vitest'
import { BENCHES } from './benches.ts'
import { jsonReport } from './report/json-report.ts'
import { describeMachine, formatMachine } from './report/machine.ts'
import { formatTable } from './report/table.ts'
import { runBench } from './run-bench.ts'

/** Figures that someone may follow over time. */
const FIGURES: { readonly [name: string]: { readonly table: string; readonly keys: readonly string[] } } = {
  'server-commit': {
    table: 'commits',
    keys: ['batch', 'bare', 'logged', 'engine', 'engineToBare', 'engineToLogged', 'room', 'roomToEngine'],
  },
  rebase: { table: 'rebase', keys: ['base', 'pending', 'savepoint', 'byHand', 'ratio', 'ratioMin', 'ratioMax'] },
  drain: { table: 'drain', keys: ['fewer', 'more', 'growth', 'call'] },
  socket: {
    table: 'socket',
    keys: ['confirmedP50', 'confirmedP99', 'visibleP50', 'visibleP99', 'echoP50', 'echoP99', 'rate', 'echoRate', 'serverCpu'],
  },
  threads: { table: 'threads', keys: ['rows', 'rate', 'toProcess', 'toOne', 'cpu'] },
  simulator: { table: 'simulator', keys: ['seedMs', 'uncheckedMs', 'checks', 'seedsPerMinute', 'clientSeconds', 'callUs'] },
  bootstrap: { table: 'bootstrap', keys: ['rows', 'seconds', 'megabytes', 'toReading'] },
}

describe.each(BENCHES.map((bench) => ({ name: bench.name, bench })))('$name', ({ name, bench }) => {
  test('runs in its smallest form and yields its figures', async () => {
    const tables = await runBench(bench, 'smoke', () => {})
    const expected = FIGURES[name]
    const rows = tables.find(({ key }) => key === expected?.table)?.rows ?? []
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) for (const key of expected?.keys ?? []) expect(row, key).toHaveProperty(key, expect.any(Number))
    for (const table of tables) for (const { title } of table.columns) expect(formatTable(table)).toContain(title)
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
