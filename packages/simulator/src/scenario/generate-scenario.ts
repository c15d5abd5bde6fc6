import type { SimulatedApp } from '../app.ts'
import { type Random, randomOf } from '../random.ts'
import { type Caller, generateCalls } from './generate-calls.ts'
import { drawClock, generateClients } from './generate-clients.ts'
import { byTime, generateFaults } from './generate-faults.ts'
import type { Scenario, ServerPlan } from './scenario.ts'
import { type ReadOptions, readOptions, type SimulationOptions } from './simulation-options.ts'

/** Of what may wait for a client, where that is few: its length is drawn between the two, short ones as often as long ones. */
const BUFFER_BYTES_MIN = 100
const BUFFER_BYTES_MAX = 10_000

/**
 * Turns a seed into a scenario for this app: the same one every time. Each concern has a stream of its own, so that an option
 * that changes one leaves the others as they were.
 *
 * @throws TypeError if an option is wrong.
 */
export function generateScenario(app: SimulatedApp, options: SimulationOptions, seed: string): Scenario {
  const read = readOptions(options)
  const server = generateServer(read, seed)
  const clients = generateClients(read, seed)
  const versions = 1 + (app.laterVersions?.length ?? 0)
  const setting = { clients, endsAt: read.durationMs, versions, hasRemoteLog: server.log === 'remote' }
  const faults = generateFaults(read, setting, seed)
  const callers: Caller[] = clients.map(({ name, room, joinsAt }) => ({ name, room, from: joinsAt }))
  for (const fault of faults) {
    if (fault.do !== 'copy-profile') continue
    const room = clients.find(({ name }) => name === fault.client)?.room
    if (room !== undefined) callers.push({ name: fault.as, room, from: fault.at })
  }
  const calls = generateCalls(app, read, callers, seed)
  const actions = byTime([...calls, ...faults])
  return { format: 1, seed, server, clients, actions, endsAt: read.durationMs, drainMs: read.drainMs }
}

function generateServer(
  { engine = 'mixed', log = 'mixed', versionsKept, socketBufferBytes, clocks, faults }: ReadOptions,
  seed: string,
): ServerPlan {
  const random = randomOf(seed, 'server')
  const [onWasm, isRemote, keepsFew, few] = [random.chance(0.25), random.chance(0.25), random.chance(0.3), random.int(1, 40)]
  const needsRemote = typeof faults === 'object' && ((faults['fail-log'] ?? 0) > 0 || (faults['slow-log'] ?? 0) > 0)
  const kept = versionsKept ?? (keepsFew ? few : undefined)
  const lag = drawSnapshotLag(randomOf(seed, 'server/snapshots'))
  const buffer = socketBufferBytes ?? (faults === true ? drawBuffer(randomOf(seed, 'server/buffer')) : undefined)
  const clock = clocks === false ? undefined : drawClock(randomOf(seed, 'server/clock'))
  return {
    engine: engine !== 'mixed' ? engine : onWasm ? 'wa-sqlite' : 'better-sqlite3',
    log: log !== 'mixed' ? log : isRemote || needsRemote ? 'remote' : 'embedded',
    ...(kept !== undefined && { versionsKept: kept }),
    ...(lag !== undefined && { snapshotLag: lag }),
    ...(buffer !== undefined && { socketBufferBytes: buffer }),
    ...(clock && { clock }),
  }
}

/** Few for most: else the first snapshot, of an empty room, would do for all who join. */
function drawSnapshotLag(random: Random): number | undefined {
  return random.chance(0.6) ? random.int(0, 20) : undefined
}

/** From less than a poke to what a slow reader has waiting after seconds. */
function drawBuffer(random: Random): number | undefined {
  return random.chance(0.35) ? Math.round(BUFFER_BYTES_MIN * (BUFFER_BYTES_MAX / BUFFER_BYTES_MIN) ** random.next()) : undefined
}
