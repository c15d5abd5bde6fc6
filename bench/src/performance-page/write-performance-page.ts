import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { between, SECTIONS } from './made-section.ts'
import { mergeReports } from './merge-reports.ts'
import { performancePage } from './performance-page.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const PAGE = new URL('PERFORMANCE.md', DOCS)
/** Of its pictures, as the page names it. */
const PICTURES = 'performance'

/** Puts the figures of a comparison, and charts of them, into their section of docs/PERFORMANCE.md. One that was made in pieces has several files. */
export function writePerformancePage(name: keyof typeof SECTIONS, ...files: readonly [string | URL, ...(string | URL)[]]): void {
  const section = SECTIONS[name]
  const [first, ...others] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as ComparisonReport)
  const report = mergeReports([first as ComparisonReport, ...others])
  const { markdown, charts } = performancePage(report, section, PICTURES)
  const page = between(readFileSync(PAGE, 'utf8'), section, markdown)
  const directory = new URL(`${PICTURES}/`, DOCS)
  mkdirSync(directory, { recursive: true })
  if (section.hasCharts) for (const file of readdirSync(directory)) if (file.endsWith('.svg')) rmSync(new URL(file, directory))
  for (const [name, svg] of charts) writeFileSync(new URL(name, directory), svg)
  // The figures that the page was made of, so that it can be made again.
  writeFileSync(new URL(section.results, directory), `${JSON.stringify(report, undefined, 1)}\n`)
  writeFileSync(PAGE, page)
}
