import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { between } from './made-section.ts'
import { mergeReports } from './merge-reports.ts'
import { performancePage } from './performance-page.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const PAGE = new URL('PERFORMANCE.md', DOCS)
/** Of its pictures, as the page names it. */
const PICTURES = 'performance'

/** Puts the figures of a comparison, and charts of them, into docs/PERFORMANCE.md. One that was made in pieces has several files. */
export function writePerformancePage(...files: readonly [string | URL, ...(string | URL)[]]): void {
  const [first, ...others] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as ComparisonReport)
  const report = mergeReports([first as ComparisonReport, ...others])
  const { markdown, charts } = performancePage(report, PICTURES)
  const page = between(readFileSync(PAGE, 'utf8'), markdown)
  const directory = new URL(`${PICTURES}/`, DOCS)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  for (const [name, svg] of charts) writeFileSync(new URL(name, directory), svg)
  // The figures that the page was made of, so that it can be made again.
  writeFileSync(new URL('results.json', directory), `${JSON.stringify(report, undefined, 1)}\n`)
  writeFileSync(PAGE, page)
}
