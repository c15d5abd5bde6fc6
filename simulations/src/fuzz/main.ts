import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz, megabytes } from './fuzz.ts'

const USAGE = 'Usage: npm run fuzz -- [--inputs 1000000] [--seed N] [--json]'
const SEED_MAX = 999_999

/** After the warm-up memory goes up and down with the collector's moods, and no more. */
const RSS_RATIO_MAX = 1.25

/** Exit codes: 0 all is as it should be, 1 it is not, 2 the command line cannot be read. */
async function main(): Promise<number> {
  const options = readOptions()
  if (typeof options === 'string') {
    console.error(`${options}\n\n${USAGE}`)
    return 2
  }
  const { inputs, seed, json } = options
  const stream = json ? process.stderr : process.stdout
  const print = (line: string) => void stream.write(`${line}\n`)
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-fuzz-'))
  print(`Seed ${seed}, in ${directory}`)
  const result = await fuzz({ directory, inputs, seed, rssRatioMax: RSS_RATIO_MAX, keepsCases: true, print })
  const [first = 0, , last = 0] = result.rssBytes
  print('')
  print(
    `inputs     ${result.inputs}, ${result.inputsPerSecond}/s: ${result.requests} requests and ${result.frames} frames on ${result.connections} connections`,
  )
  print(
    `replies    ${Object.entries(result.replies)
      .map(([kind, count]) => `${kind}: ${count}`)
      .join(', ')}`,
  )
  print(`memory     ${megabytes(first)} after the warm-up, ${megabytes(last)} at the end: ${result.rssRatio.toFixed(2)} times`)
  print(`honest     ${result.honest} calls of another client were confirmed meanwhile`)
  for (const problem of result.problems) print(`wrong: ${problem}`)
  if (json) console.log(JSON.stringify(result))
  print(
    result.ok ? 'All is as it should be.' : `Again: npm run fuzz -- --inputs ${inputs} --seed ${seed}\nThe files are kept in ${directory}`,
  )
  if (result.ok) rmSync(directory, { recursive: true, force: true })
  return result.ok ? 0 : 1
}

function readOptions() {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({ options: { inputs: text, seed: text, json: { type: 'boolean' } } })
    const { inputs = '1000000', seed = String(Math.floor(Math.random() * SEED_MAX)), json = false } = values
    for (const [name, number] of [
      ['inputs', inputs],
      ['seed', seed],
    ])
      if (!/^\d{1,9}$/.test(number ?? '')) return `--${name} takes a whole number`
    return { inputs: Number(inputs), seed: Number(seed), json }
  } catch (error) {
    return (error as Error).message
  }
}

process.exitCode = await main()
