import { readdirSync } from 'node:fs'
import { writePerformancePage } from './write-performance-page.ts'

const RESULTS = new URL('../../results/', import.meta.url)

const [first = newest(), ...others] = process.argv.slice(2)
writePerformancePage('peers', first, ...others)

/** The last full run's figures. */
function newest(): URL {
  const found = readdirSync(RESULTS)
    .filter((name) => name.endsWith('-full.json'))
    .sort()
    .at(-1)
  if (found === undefined) throw new Error('There are no figures of a full run: run npm run bench:peers first, or name a file.')
  return new URL(found, RESULTS)
}
