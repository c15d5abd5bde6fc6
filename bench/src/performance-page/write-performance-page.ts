import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { between } from './made-section.ts'
import { performancePage } from './performance-page.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const PAGE = new URL('PERFORMANCE.md', DOCS)
/** Of its pictures, as the page names it. */
const PICTURES = 'performance'

/** Puts the figures of a comparison, and charts of them, into docs/PERFORMANCE.md. */
export function writePerformancePage(results: string | URL): void {
  const text = readFileSync(results, 'utf8')
  const { markdown, charts } = performancePage(JSON.parse(text) as ComparisonReport, PICTURES)
  const page = between(readFileSync(PAGE, 'utf8'), markdown)
  const directory = new URL(`${PICTURES}/`, DOCS)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  for (const [name, svg] of charts) writeFileSync(new URL(name, directory), svg)
  // The figures that the page was made of, so that it can be made again.
  writeFileSync(new URL('results.json', directory), text)
  writeFileSync(PAGE, page)
}
