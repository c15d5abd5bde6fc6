import type { SimulatedApp } from '../app.ts'
import { randomOf } from '../random.ts'
import { FAULT_NAMES } from './fault-kinds.ts'
import { type Caller, generateCalls } from './generate-calls.ts'
import { drawClock, generateClients } from './generate-clients.ts'
import { byTime, generateFaults } from './generate-faults.ts'
import type { Scenario, ServerPlan } from './scenario.ts'
import { type ReadOptions, readOptions, type SimulationOptions } from './simulation-options.ts'

/**
 * Turns a seed into a scenario for this app: the same one every time. Each concern has a stream of its own, so that an option
 * that changes one leaves the others as they were.
 *
 * @throws TypeError if an option is wrong.
 */
export function generateScenario(app: SimulatedApp, options: SimulationOptions, seed: string): Scenario {
  const read = readOptions(options, FAULT_NAMES)
  const server = generateServer(read, seed)
  const clients = generateClients(read, seed)
  const versions = 1 + (app.laterVersions?.length ?? 0)
  const stage = { clients, endsAt: read.durationMs, versions, hasRemoteLog: server.log === 'remote' }
  const faults = generateFaults(read, stage, seed)
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

function generateServer({ engine = 'mixed', log = 'mixed', versionsKept, clocks, faults }: ReadOptions, seed: string): ServerPlan {
  const random = randomOf(seed, 'server')
  const [onWasm, isRemote, keepsFew, few] = [random.chance(0.25), random.chance(0.25), random.chance(0.3), random.int(1, 40)]
  const needsRemote = typeof faults === 'object' && (faults['fail-log'] ?? 0) > 0
  const kept = versionsKept ?? (keepsFew ? few : undefined)
  const clock = clocks === false ? undefined : drawClock(randomOf(seed, 'server/clock'))
  return {
    engine: engine !== 'mixed' ? engine : onWasm ? 'wa-sqlite' : 'better-sqlite3',
    log: log !== 'mixed' ? log : isRemote || needsRemote ? 'remote' : 'embedded',
    ...(kept !== undefined && { versionsKept: kept }),
    ...(clock && { clock }),
  }
}
