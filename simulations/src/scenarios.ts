import { startServer } from '@savepoint/server/node'
import { mutators, schema } from '@savepoint-demo/mutators'
import type { ScenarioFlags } from './command-line.ts'
import { threeClients } from './three-clients.ts'
import { printTo } from './timeline.ts'

export interface ScenarioContext {
  /** Empty, and removed afterwards. */
  readonly directory: string
  /** Where people read along. */
  readonly stream: NodeJS.WriteStream
}

export interface ScenarioResult {
  readonly ok: boolean
  /** What `--json` prints. */
  readonly summary: object
}

interface Scenario extends ScenarioFlags {
  run(numbers: { readonly [flag: string]: number | undefined }, context: ScenarioContext): Promise<ScenarioResult>
}

/** Below half speed the longest latency would look like a dead line; at a thousandfold, nothing is left of it. */
const SPEED = { about: 'times as fast as real time', standard: 1, min: 0.5, max: 1000, whole: false }

export const scenarios = {
  'three-clients': {
    about: 'three clients with 3,000, 300 and 0 ms latency add to one row at once',
    flags: { speed: SPEED },
    run: runThreeClients,
  },
} satisfies { [name: string]: Scenario }

async function runThreeClients({ speed = 1 }: { readonly speed?: number | undefined }, context: ScenarioContext): Promise<ScenarioResult> {
  const { directory, stream } = context
  const server = await startServer({ schema, mutators, directory, port: 0, hostname: '127.0.0.1' })
  try {
    const url = `http://127.0.0.1:${server.port}`
    const { problems, ...summary } = await threeClients({ url, room: 'three-clients', speed, print: printTo(stream) })
    const { converged, digests } = summary
    for (const problem of problems) stream.write(`${problem}\n`)
    if (converged) stream.write(`All have ended with (1, 'Food', 1) and digest ${digests[0]}.\n`)
    else stream.write('They have not converged.\n')
    return { ok: converged, summary: converged ? summary : { ...summary, problems } }
  } finally {
    await server.close()
  }
}
