import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { type Comparison, compare, type Result } from '../comparison/compare.ts'
import { comparisonTables } from '../comparison/comparison-tables.ts'
import type { Entrant } from '../comparison/enter.ts'
import { OWN_ENTRANTS } from '../comparison/own-entrants.ts'
import { formatTable } from '../report/table.ts'
import type { WorkloadName } from './system.ts'
import type { Workload } from './workload.ts'
import { WORKLOADS } from './workloads.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Runs workloads in their smallest form. */
async function smoke(workloads: readonly WorkloadName[], entrants: readonly Entrant[] = OWN_ENTRANTS) {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-workload-'))
  try {
    const context = { effort: 'smoke' as const, directory, progress: () => {} }
    return await compare({ context, entrants, workloads })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Those in Chromium together: its pages are built once. */
const TOGETHER: readonly (readonly [name: string, workloads: readonly Workload[]])[] = [
  ...WORKLOADS.filter(({ place }) => place === undefined).map((workload) => [workload.name, [workload]] as const),
  ['in Chromium', WORKLOADS.filter(({ place }) => place === 'Chromium')],
]

test.each(TOGETHER)('%s: every system has figures, or says why not', async (_, workloads) => {
  const comparison = await smoke(workloads.map(({ name }) => name))
  for (const workload of workloads) expectFigures(workload, comparison)
})

function expectFigures({ name, place, sizes, figures: wanted }: Workload, { systems, results, ...rest }: Comparison): void {
  const own = results.filter(({ workload }) => workload === name)
  const entrants = OWN_ENTRANTS.filter(({ page }) => place === undefined || page !== undefined)
  expect(own).toHaveLength(sizes('smoke').length * entrants.length)
  const reasons = new Map(systems.map(({ name: system, impossible }) => [system, impossible[name]]))
  for (const { system, figures, ahead, reason } of own) {
    expect(reason, `${name}, ${system}`).toBe(reasons.get(system))
    if (system === 'Savepoint' || place === 'Chromium') expect(reason, `${name}, ${system}`).toBeUndefined()
    if (reason !== undefined) continue
    for (const { key } of system === 'Savepoint' || place === 'Chromium' ? wanted : wanted.slice(0, 1)) {
      const median = figures[key]?.median
      if (place === 'Chromium') expect(median, `${name}, ${system}: ${key}`).toBeGreaterThan(0)
      else expect(median, `${name}, ${system}: ${key}`).toBeTypeOf('number')
    }
    if (system === 'Savepoint') expect(ahead[wanted[0]?.key ?? '']).toEqual({ median: 1, min: 1, max: 1 })
  }
  const [table] = comparisonTables({ systems, results: own, ...rest })
  const text = formatTable(table as NonNullable<typeof table>)
  for (const { title } of wanted) expect(text).toContain(title)
  if (place === 'Chromium') expect(text).toMatch(/This was Chromium \d+\./)
}

test('who cannot take part is reported with the reason, and keeps nobody from running', async () => {
  const missing = { name: 'missing', module: new URL('no-such-system.ts', import.meta.url).href }
  const absent = { name: 'absent', module: '', absent: 'It wants another machine.' }
  const byHand = OWN_ENTRANTS.filter(({ name }) => name === 'by hand')
  const { results } = await smoke(['local'], [missing, absent, ...byHand])
  expect(results.map(({ system }) => system)).toEqual(['missing', 'absent', 'by hand'])
  expect(results[0]?.reason).toContain('It cannot be loaded')
  expect(results[1]?.reason).toBe('It wants another machine.')
  expect(results[2]?.figures.rate?.median).toBeGreaterThan(0)
})

test('without a Chromium, what runs there is reported as not run, and what does not is run', async () => {
  vi.stubEnv('SAVEPOINT_CHROMIUM', '/no/such/chromium')
  const byHand = OWN_ENTRANTS.filter(({ name }) => name === 'by hand')
  const { results, chromium } = await smoke(['local', 'chromium-local'], byHand)
  expect(results.map(({ workload }) => workload)).toEqual(['local', 'chromium-local'])
  expect(results[0]?.figures.rate?.median).toBeGreaterThan(0)
  expect(results[1]?.reason).toContain('Chromium cannot be started here')
  expect(chromium).toBeUndefined()
})

test('a table tells how far ahead ours is, and has the reason in the place of a figure', () => {
  const stats = (median: number) => ({ median, min: median, max: median })
  const figures = { rate: stats(10), p50: stats(1), p99: stats(2) }
  const result = { workload: 'local', size: { base: 1000, mutations: 5 } } as const
  const results: Result[] = [
    { ...result, system: 'ours', figures, ahead: { rate: stats(1) } },
    { ...result, system: 'theirs', figures: { ...figures, rate: stats(2) }, ahead: { rate: stats(5) } },
    { ...result, system: 'none', figures: {}, ahead: {}, reason: 'It has no clients.' },
  ]
  const systems = ['ours', 'theirs', 'none'].map((name) => ({ name, version: '1', notes: [], impossible: {} }))
  const notes = [
    { text: 'It forgets all.', workloads: ['local' as const] },
    { text: 'It loads slowly.', workloads: ['bootstrap' as const] },
  ]
  const [table] = comparisonTables({
    systems: systems.map((system) => (system.name === 'theirs' ? { ...system, notes } : system)),
    results,
  })
  const text = formatTable(table as NonNullable<typeof table>)
  expect(text).toMatch(/theirs .*5\.00 \(5\.00-5\.00\) +a\n/)
  expect(text).toMatch(/none +- +- +- +- +b\n/)
  expect(text).toContain('a  theirs: It forgets all.')
  expect(text).toContain('b  none: Not run. It has no clients.')
  expect(text).not.toContain('slowly')
})
