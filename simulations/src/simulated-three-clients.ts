import { type Simulation, story } from '@savepoint/simulator'
import { mutators, schema } from '@savepoint-demo/mutators'
import { CATEGORIES, type CategoryRow } from './participant.ts'
import type { ThreeClientsResult } from './three-clients.ts'
import { EXPECTED_ROWS, THREE_CLIENTS } from './three-clients-script.ts'

const ROOM = 'room'

/** All are connected by then, in virtual milliseconds: it takes the slowest line eight times its latency. */
const STARTS_AT = 30_000

interface SimulatedThreeClients extends ThreeClientsResult {
  /** Equal for equal runs. */
  readonly traceHash: string
}

/** The three clients on virtual time: with the same engine as over sockets, at once, and the same on every run. */
export async function simulateThreeClients(): Promise<{ readonly result: SimulatedThreeClients; readonly run: Simulation }> {
  const clients = Object.fromEntries(THREE_CLIENTS.map(({ name, latencyMs }) => [name, latencyMs]))
  const told = story({ schema, mutators }, clients)
  for (const { name, incrementBy, everyMs, times } of THREE_CLIENTS)
    for (let i = 1; i <= times; i++)
      told.at(STARTS_AT + i * everyMs).calls(name, 'createCategoryOrIncrementIfExists', { name: 'Food', incrementBy })
  const run = await told.play({ watch: CATEGORIES })
  return { result: resultOf(run), run }
}

function resultOf(run: Simulation): SimulatedThreeClients {
  const rowsOf = (where: string) => run.shown(where) as unknown as readonly CategoryRow[]
  const names = THREE_CLIENTS.map(({ name }) => name)
  const digests = ['server', ...names].map((node) => run.events.findLast((event) => event.type === 'state' && event.node === node))
  const problems = run.violation === null ? [] : [run.violation.message]
  for (const where of [ROOM, ...names])
    if (JSON.stringify(rowsOf(where)) !== JSON.stringify(EXPECTED_ROWS))
      problems.push(`${where} holds ${JSON.stringify(rowsOf(where))} in place of ${JSON.stringify(EXPECTED_ROWS)}`)
  return {
    converged: problems.length === 0,
    server: rowsOf(ROOM),
    clients: Object.fromEntries(names.map((name) => [name, rowsOf(name)])),
    digests: digests.map((state) => (state?.type === 'state' ? state.digest : 'none')),
    problems,
    traceHash: run.traceHash,
  }
}
