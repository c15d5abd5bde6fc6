import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTo } from '../timeline.ts'
import { type TortureResult, torture } from './torture.ts'

const USAGE = 'Usage: npm run torture -- [--minutes 10] [--rooms 3] [--clients 12] [--seed N] [--json]'
const SEED_MAX = 999_999

/** Exit codes: 0 all is as it should be, 1 it is not, 2 the command line cannot be read. */
async function main(): Promise<number> {
  const numbers = readNumbers()
  if (typeof numbers === 'string') {
    console.error(`${numbers}\n\n${USAGE}`)
    return 2
  }
  const { minutes, rooms, clients, seed, json } = numbers
  const stream = json ? process.stderr : process.stdout
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-torture-'))
  stream.write(`Seed ${seed}, in ${directory}\n`)
  const result = await torture({ directory, durationMs: minutes * 60_000, rooms, clients, seed, print: printTo(stream) })
  for (const line of report(result)) stream.write(`${line}\n`)
  if (json) console.log(JSON.stringify(result))
  const command = `npm run torture -- --minutes ${minutes} --rooms ${rooms} --clients ${clients} --seed ${seed}`
  stream.write(result.ok ? 'All is as it should be.\n' : `Again: ${command}\nThe files are kept in ${directory}\n`)
  if (result.ok) rmSync(directory, { recursive: true, force: true })
  return result.ok ? 0 : 1
}

function readNumbers() {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({ options: { minutes: text, rooms: text, clients: text, seed: text, json: { type: 'boolean' } } })
    const { minutes = '10', rooms = '3', clients = '12', seed = String(Math.floor(Math.random() * SEED_MAX)), json = false } = values
    const numbers = { minutes: Number(minutes), rooms: Number(rooms), clients: Number(clients), seed: Number(seed) }
    for (const [name, number] of Object.entries(numbers)) if (!(number >= 0)) return `--${name} takes a number`
    return { ...numbers, json }
  } catch (error) {
    return (error as Error).message
  }
}

function report(result: TortureResult): string[] {
  const { kills, faults, counts, missing, reopened, mutations, acknowledged, refused, forgiven, lost, doubled, problems } = result
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  const { recoveryMs, restartMs } = result
  return [
    '',
    `kills         ${kills} of the server`,
    `faults        ${faults}${missing === null ? '' : `; skipped: failpoints and faults of files, as there is ${missing}`}`,
    ...Object.entries(counts).map(([name, count]) => `              ${String(count).padStart(5)}  ${name}`),
    `mutations     ${mutations}, of ${result.clients} clients, which were reopened ${reopened} times; ${forgiven} were lost with clients in memory or before they were durable`,
    `acknowledged  ${acknowledged}, of which ${refused} were refused, as they should be`,
    `lost          ${lost}`,
    `doubled       ${doubled}`,
    `to recover    p50 ${seconds(recoveryMs.p50)} s, max ${seconds(recoveryMs.max)} s, from a kill to the next acknowledgement; the process listens after p50 ${seconds(restartMs.p50)} s`,
    ...problems.map((problem) => `wrong: ${problem}`),
  ]
}

process.exitCode = await main()
