import { writeFileSync } from 'node:fs'
import { startServer } from '@savepoint/server/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import { type ScenarioFlags, UsageError } from './command-line.ts'
import { deploys } from './deploys/deploys.ts'
import { simulateThreeClients } from './simulated-three-clients.ts'
import { type ThreeClientsResult, threeClients } from './three-clients.ts'
import { printTo } from './timeline.ts'

interface ScenarioContext {
  /** Empty, and removed afterwards. */
  readonly directory: string
  /** Where people read along. */
  readonly stream: NodeJS.WriteStream
}

interface ScenarioResult {
  readonly ok: boolean
  /** What `--json` prints. */
  readonly summary: object
}

interface Scenario extends ScenarioFlags {
  run(flags: { readonly [flag: string]: number | string | boolean | undefined }, context: ScenarioContext): Promise<ScenarioResult>
}

/** Below half speed the longest latency would look like a dead line; at a thousandfold, nothing is left of it. */
const SPEED = { about: 'with --realtime: times as fast as real time, if not once', standard: undefined, min: 0.5, max: 1000, whole: false }

const SEED_MAX = 999_999

export const scenarios = {
  'three-clients': {
    about: 'three clients with 3,000, 300 and 0 ms latency add to one row at once, on virtual time',
    flags: {
      report: { about: 'an HTML page of the run, written there', is: 'file' },
      realtime: { about: 'over real sockets, in real time', is: 'switch' },
      speed: SPEED,
    },
    run: runThreeClients,
  },
  deploys: {
    about: 'a standalone server under load is replaced again and again by a new process on its directory',
    flags: {
      count: { about: 'how often', standard: 10, min: 1, max: 100_000, whole: true },
      clients: { about: 'how many; every other one is on disk', standard: 4, min: 1, max: 100, whole: true },
      seed: { about: 'of what is random', standard: 'drawn', min: 0, max: SEED_MAX, whole: true },
    },
    run: runDeploys,
  },
} satisfies { [name: string]: Scenario }

interface ThreeClientsFlags {
  readonly report?: string | undefined
  readonly realtime?: boolean
  readonly speed?: number | undefined
}

async function runThreeClients({ report, realtime, speed }: ThreeClientsFlags, context: ScenarioContext): Promise<ScenarioResult> {
  if (realtime && report !== undefined) throw new UsageError('--report shows a run on virtual time; with --realtime there is none')
  if (realtime) return await runRealThreeClients(speed, context)
  if (speed !== undefined) throw new UsageError('Virtual time takes no time: --speed goes with --realtime')
  const { stream } = context
  const { result, run } = await simulateThreeClients()
  const { problems, ...summary } = result
  stream.write(`${run.timeline().join('\n')}\n\n`)
  if (report !== undefined) {
    writeFileSync(report, run.report({ title: 'Three clients', command: 'npm run simulate -- three-clients' }))
    stream.write(`${report} shows it.\n`)
  }
  tellEnd(result, stream)
  return { ok: summary.converged, summary: summary.converged ? summary : { ...summary, problems } }
}

function tellEnd({ problems, converged, digests }: ThreeClientsResult, stream: NodeJS.WritableStream): void {
  for (const problem of problems) stream.write(`${problem}\n`)
  if (converged) stream.write(`All have ended with (1, 'Food', 1) and digest ${digests[0]}.\n`)
  else stream.write('They have not converged.\n')
}

async function runRealThreeClients(speed = 1, { directory, stream }: ScenarioContext): Promise<ScenarioResult> {
  const server = await startServer({ schema, mutators, directory, port: 0, hostname: '127.0.0.1' })
  try {
    const url = `http://127.0.0.1:${server.port}`
    const result = await threeClients({ url, room: 'three-clients', speed, print: printTo(stream) })
    tellEnd(result, stream)
    const { problems, ...summary } = result
    return { ok: summary.converged, summary: summary.converged ? summary : { ...summary, problems } }
  } finally {
    await server.close()
  }
}

interface LoadNumbers {
  readonly count?: number | undefined
  readonly clients?: number | undefined
  readonly seed?: number | undefined
}

async function runDeploys(numbers: LoadNumbers, { directory, stream }: ScenarioContext): Promise<ScenarioResult> {
  const { count = 10, clients = 4, seed = Math.floor(Math.random() * SEED_MAX) } = numbers
  const result = await deploys({ directory, count, clients, seed, print: printTo(stream) })
  const { mutations, acknowledged, refused, lost, doubled, drainMs, gapMs, digests, problems } = result
  const spread = (values: readonly number[]) =>
    `p50 ${[...values].sort((a, b) => a - b)[values.length >> 1]} ms, max ${Math.max(...values)} ms`
  const lines = [
    '',
    `deploys       ${count}`,
    `mutations     ${mutations}, of which the server was to refuse ${refused}`,
    `acknowledged  ${acknowledged}`,
    `lost          ${lost}`,
    `doubled       ${doubled}`,
    `drained       ${spread(drainMs)}, from the signal to the end of the process`,
    `gap           ${spread(gapMs)}, from the signal to the next acknowledgement, by the new process`,
    `digests       ${[...new Set(digests)].join(' ')}, of the server and ${clients} clients`,
    ...problems.map((problem) => `wrong: ${problem}`),
    result.ok ? 'All is as it should be.' : `Again: npm run simulate -- deploys --count ${count} --clients ${clients} --seed ${seed}`,
  ]
  stream.write(`${lines.join('\n')}\n`)
  return { ok: result.ok, summary: result }
}
