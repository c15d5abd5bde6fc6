import { expect, test } from 'vitest'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { describeMachine } from '../report/machine.ts'
import { SECTIONS } from './made-section.ts'
import { performancePage } from './performance-page.ts'

const stats = (median: number) => ({ median, min: median / 2, max: median * 2 })

const report: ComparisonReport = {
  machine: describeMachine(),
  effort: 'quick',
  systems: ['Savepoint', 'Other & <Co>'].map((name) => ({ name, version: '1.2', notes: [{ text: 'It has no | disk.' }], impossible: {} })),
  results: [1, 1000].flatMap((pending) => [
    { workload: 'rebase', size: { base: 1000, pending }, system: 'Savepoint', figures: { ms: stats(2) }, ahead: { ms: stats(1) } },
    { workload: 'rebase', size: { base: 1000, pending }, system: 'Other & <Co>', figures: { ms: stats(200) }, ahead: { ms: stats(100) } },
  ]),
}

test('a page has a table, its notes and a chart for each size', () => {
  const { markdown, charts } = performancePage(report, SECTIONS.peers, 'pictures')
  expect(markdown).toContain('| 1,000 | Savepoint | 2.00 (1.00-4.00) | 1.00 (0.50-2.00) | a |')
  expect(markdown).toContain('100.00 (50.00-200.00)')
  expect(markdown).toContain('It has no | disk.')
  expect(markdown).toContain('npm run bench:peers -- --workloads rebase')
  expect(markdown).toContain('| W2 rebase, 1,000 base rows, 1,000 unconfirmed | 2.00 ms | 100 |')
  expect(markdown).toContain('- a  Savepoint, Other & <Co>: It has no | disk.')
  expect([...charts.keys()]).toEqual(['rebase-1.svg', 'rebase-2.svg'])
  for (const name of charts.keys()) expect(markdown).toContain(`](pictures/${name})`)
})

test('beside floors alone a page has no charts', () => {
  const { markdown, charts } = performancePage(report, SECTIONS.floors, 'pictures')
  expect(markdown).toContain('npm run bench -- --workloads rebase')
  expect(charts.size).toBe(0)
})

test('bars are as long as the logarithm of what they tell, and names are escaped', () => {
  const svg = performancePage(report, SECTIONS.peers, '').charts.get('rebase-2.svg') ?? ''
  // From 0.1 to 1,000 over 440 pixels: 2 is 1.3 decades up, and 200 is 3.3.
  expect([...svg.matchAll(/<rect x="150"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))).toEqual([143.1, 363.1])
  expect(svg).toContain('Other &amp; &lt;Co>')
  expect(svg).toContain('unconfirmed 1,000')
})
