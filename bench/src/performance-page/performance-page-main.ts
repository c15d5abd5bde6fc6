import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ComparisonReport } from '../comparison/run-comparison.ts'
import { performancePage } from './performance-page.ts'

const RESULTS = new URL('../../results/', import.meta.url)
const DOCS = new URL('../../../docs/', import.meta.url)
/** Of the document, and in small letters of the directory with its pictures. */
const NAME = 'PERFORMANCE'

const file = process.argv[2] ?? newest()
const text = readFileSync(file, 'utf8')
const { markdown, charts } = performancePage(JSON.parse(text) as ComparisonReport, NAME.toLowerCase())
const directory = new URL(`${NAME.toLowerCase()}/`, DOCS)
rmSync(directory, { recursive: true, force: true })
mkdirSync(directory)
for (const [name, svg] of charts) writeFileSync(new URL(name, directory), svg)
// The figures that the page was made of, so that it can be made again.
writeFileSync(new URL('results.json', directory), text)
writeFileSync(new URL(`${NAME}.md`, DOCS), markdown)

/** The last full run's figures. */
function newest(): URL {
  const found = readdirSync(RESULTS)
    .filter((name) => name.endsWith('-full.json'))
    .sort()
    .at(-1)
  if (found === undefined) throw new Error('There are no figures of a full run: run npm run bench:peers first, or name a file.')
  return new URL(found, RESULTS)
}
