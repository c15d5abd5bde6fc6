import { expect, test } from 'vitest'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { describeMachine } from '../report/machine.ts'
import { mergeReports } from './merge-reports.ts'

const report = (systems: readonly string[], pending: number, median: number): ComparisonReport => ({
  machine: describeMachine(),
  effort: 'full',
  systems: systems.map((name) => ({ name, version: '1', notes: [], impossible: {} })),
  results: systems.map((system) => ({
    workload: 'rebase',
    size: { pending },
    system,
    figures: { ms: { median, min: median, max: median } },
    ahead: {},
  })),
})

test('what was measured again takes the place of what was, and all else stays', () => {
  const { systems, results } = mergeReports([report(['A', 'B'], 1, 5), report(['A', 'C'], 1, 7), report(['B'], 10, 9)])
  expect(systems.map(({ name }) => name)).toEqual(['A', 'B', 'C'])
  expect(results.map(({ size, system, figures }) => [system, size.pending, figures.ms?.median])).toEqual([
    ['A', 1, 7],
    ['B', 1, 5],
    ['C', 1, 7],
    ['B', 10, 9],
  ])
})
