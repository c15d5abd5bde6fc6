import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { performancePage } from './performance-page.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const PAGE = new URL('PERFORMANCE.md', DOCS)
/** Of its pictures, as the page names it. */
const PICTURES = 'performance'

/** What lies between these lines of the page is made anew; all else is written by hand. */
export const BEGIN = '<!-- Made by `npm run bench:peers`: what is changed by hand below is lost with the next run. -->'
export const END = '<!-- Here ends what is made. -->'

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

/** @throws Error if the page has lost its marks. */
export function between(page: string, made: string): string {
  const [before, rest] = page.split(`${BEGIN}\n`)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('docs/PERFORMANCE.md has no marks between which figures could go.')
  return `${before}${BEGIN}\n\n${made}\n${END}${after}`
}
