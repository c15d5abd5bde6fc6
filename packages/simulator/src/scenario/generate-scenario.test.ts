import { describe, expect, test } from 'vitest'
import type { SimulatedApp } from '../app.ts'
import { ACTION_KINDS } from './check-action.ts'
import { scenarioProblems } from './check-scenario.ts'
import { countFaults, isFault } from './count-faults.contract.ts'
import { decodeScenario, encodeScenario } from './encode-scenario.ts'
import { EXAMPLE_APP } from './example-app.contract.ts'
import { generateScenario } from './generate-scenario.ts'
import { type Action, FAILPOINTS, type Scenario } from './scenario.ts'
import type { SimulationOptions } from './simulation-options.ts'

const SEEDS = Array.from({ length: 500 }, (_, i) => `seed-${i}`)

const generate = (options: SimulationOptions = {}, seed = 's', app: SimulatedApp = EXAMPLE_APP) => generateScenario(app, options, seed)
const callsOf = (scenario: Scenario) => scenario.actions.filter((action) => action.do === 'mutate')
const faultsOf = (scenario: Scenario) => scenario.actions.filter(isFault)
const share = (scenarios: readonly Scenario[], is: (scenario: Scenario) => boolean) => scenarios.filter(is).length / scenarios.length

describe('over 500 seeds', () => {
  const scenarios = SEEDS.map((seed) => generate({}, seed))

  test('every one is valid, with as many calls as wanted, and faults that end before the run does', () => {
    for (const scenario of scenarios) {
      expect(scenarioProblems(scenario, EXAMPLE_APP)).toEqual([])
      expect(callsOf(scenario).length).toBe(200)
      for (const action of scenario.actions) expect(action.at + ('forMs' in action ? action.forMs : 0)).toBeLessThanOrEqual(scenario.endsAt)
    }
  })

  test('every kind of action and every failpoint is met', () => {
    const counts = countFaults(...scenarios)
    const missing = ACTION_KINDS.filter((kind) => kind !== 'mutate' && kind !== 'cancel' && !counts.has(kind))
    const missed = FAILPOINTS.filter((failpoint) => !counts.has(`kill-server ${failpoint}`))
    expect({ missing, missed }, JSON.stringify(Object.fromEntries(counts))).toEqual({ missing: [], missed: [] })
    expect(scenarios.some(({ actions }) => actions.some((action) => action.do === 'cancel'))).toBe(true)
  })

  test('a run meets 10 to 20 faults on average; some none, some one kind only', () => {
    const mean =
      scenarios.reduce((sum, scenario) => sum + faultsOf(scenario).filter(({ do: kind }) => kind !== 'go-offline').length, 0) / SEEDS.length
    expect(mean).toBeGreaterThan(10)
    expect(mean).toBeLessThan(20)
    const kinds = scenarios.map((scenario) => new Set(faultsOf(scenario).map((action) => action.do)).size)
    expect(kinds.filter((count) => count === 0).length).toBeGreaterThan(5)
    expect(kinds.filter((count) => count === 1).length).toBeGreaterThan(5)
    expect(Math.max(...kinds)).toBeGreaterThan(12)
  })

  test('settings are mixed', () => {
    expect(share(scenarios, ({ server }) => server.engine === 'wa-sqlite')).toBeCloseTo(0.25, 1)
    expect(share(scenarios, ({ server }) => server.log === 'remote')).toBeCloseTo(0.25, 1)
    expect(share(scenarios, ({ server }) => server.versionsKept !== undefined)).toBeCloseTo(0.3, 1)
    expect(share(scenarios, ({ server }) => server.snapshotLag !== undefined)).toBeCloseTo(0.6, 1)
    expect(share(scenarios, ({ server }) => server.socketBufferBytes !== undefined)).toBeCloseTo(0.35, 1)
    const clients = scenarios.flatMap((scenario) => scenario.clients)
    expect(new Set(clients.map(({ up }) => JSON.stringify(up.latency))).size).toBeGreaterThan(5)
    expect(clients.filter(({ storage }) => storage === 'memory').length / clients.length).toBeCloseTo(0.15, 1)
    expect(clients.filter(({ clock }) => clock).length / clients.length).toBeCloseTo(0.4, 1)
    expect(clients.filter(({ joinsAt }) => joinsAt > 1000).length).toBeGreaterThan(100)
    expect(clients.filter(({ up }) => up.duplicate).length).toBeGreaterThan(100)
  })

  test('there are bursts of one client, and moments when all want the same', () => {
    const atOnce = (key: (action: Action & { do: 'mutate' }) => string | undefined) =>
      scenarios.map((scenario) => {
        const counts = new Map<string | undefined, number>()
        for (const call of callsOf(scenario)) counts.set(key(call), (counts.get(key(call)) ?? 0) + 1)
        counts.delete(undefined)
        return Math.max(0, ...counts.values())
      })
    expect(atOnce(({ client, at }) => `${client} ${at}`).filter((most) => most >= 10).length).toBeGreaterThan(100)
    expect(atOnce(({ draw }) => (draw === undefined ? undefined : String(draw))).filter((most) => most >= 4).length).toBeGreaterThan(300)
  })

  test('text and back', () => {
    for (const scenario of scenarios.slice(0, 50)) {
      const text = encodeScenario(scenario)
      expect(decodeScenario(text, EXAMPLE_APP)).toEqual(scenario)
      expect(encodeScenario(decodeScenario(text))).toBe(text)
    }
  })
})

test('the same seed makes the same scenario, another one another', () => {
  expect(generate()).toEqual(generate())
  expect(generate({}, 'a').actions).not.toEqual(generate({}, 'b').actions)
})

describe('an option leaves what does not concern it as it was', () => {
  const plain = generate({ faults: false })

  test('faults: calls and lines stay', () => {
    const faulty = generate({ faults: { 'kill-server': 3, partition: 5 } })
    expect(callsOf(faulty)).toEqual(callsOf(plain))
    expect(faulty.clients).toEqual(plain.clients)
  })

  test('a kind of fault: the other kinds stay', () => {
    const kills = faultsOf(generate({ faults: { 'kill-server': 3 } }))
    expect(faultsOf(generate({ faults: { 'kill-server': 4, cut: 2 } }))).toEqual(expect.arrayContaining(kills))
  })

  test('the network: calls stay', () => {
    expect(callsOf(generate({ faults: false, network: 'lan' }))).toEqual(callsOf(plain))
  })

  test('more calls: the first stay', () => {
    const more = callsOf(generate({ faults: false, mutations: 300 }))
    expect(more.filter(({ id }) => id <= 200)).toEqual(callsOf(plain))
  })

  test('one more client: the others stay', () => {
    expect(generate({ faults: false, clients: 6 }).clients.slice(0, 5)).toEqual(plain.clients)
  })
})

describe('options', () => {
  test('no faults', () => {
    for (const seed of SEEDS.slice(0, 50)) expect(faultsOf(generate({ faults: false }, seed))).toEqual([])
  })

  test('counts of faults are kept, and a restore has a backup to restore', () => {
    const scenario = generate({ faults: { 'kill-server': 3, 'fail-log': 2, restore: 1, 'copy-profile': 3 } })
    expect(Object.fromEntries(countFaults(scenario))).toMatchObject({
      'kill-server': 3,
      'fail-log': 2,
      restore: 1,
      'back-up': 1,
      'copy-profile': 3,
    })
    expect(scenario.server.log).toBe('remote')
    const copies = scenario.actions.flatMap((action) => (action.do === 'copy-profile' ? [action.as] : []))
    expect(callsOf(scenario).some(({ client }) => copies.includes(client))).toBe(true)
  })

  test('an app without later versions has no updates', () => {
    const { schema, mutators, workload } = EXAMPLE_APP
    const kinds = SEEDS.slice(0, 100).flatMap((seed) =>
      faultsOf(generate({}, seed, { schema, mutators, workload })).map((action) => action.do),
    )
    expect(kinds).not.toContain('update')
    expect(kinds).not.toContain('deploy')
  })

  test.each<[NonNullable<SimulationOptions['network']>, unknown]>([
    [20, { latency: 20 }],
    ['3g', { latency: { profile: '3g' } }],
    [{ uniform: [1, 2] }, { latency: { uniform: [1, 2] } }],
    [
      { latency: 5, loss: 0.1 },
      { latency: 5, loss: 0.1 },
    ],
  ])('the network %j', (network, line) => {
    for (const { up, down } of generate({ network }).clients) expect([up, down]).toEqual([line, line])
  })

  test('rooms, think time, offline share, storage, engine, log and clocks', () => {
    const scenario = generate({
      clients: 20,
      rooms: 3,
      thinkTimeMs: 100,
      offlineShare: 0.5,
      storage: 'memory',
      engine: 'wa-sqlite',
      log: 'remote',
      versionsKept: 7,
      socketBufferBytes: 1000,
      clocks: false,
      faults: false,
    })
    expect(new Set(scenario.clients.map(({ room }) => room)).size).toBe(3)
    expect(new Set(scenario.clients.map(({ name }) => name)).size).toBe(20)
    expect(scenario.server).toMatchObject({ engine: 'wa-sqlite', log: 'remote', versionsKept: 7, socketBufferBytes: 1000 })
    expect(scenario.clients.every(({ storage, clock }) => storage === 'memory' && clock === undefined)).toBe(true)
    const offline = scenario.actions.reduce((sum, action) => sum + (action.do === 'go-offline' ? action.forMs : 0), 0)
    expect(offline / (20 * scenario.endsAt)).toBeCloseTo(0.5, 1)
    expect(scenarioProblems(scenario, EXAMPLE_APP)).toEqual([])
  })

  test.each<[unknown, string]>([
    [{ clients: 0 }, 'clients: 0 is below 1'],
    [{ client: 3 }, 'client: there is no such field; there are clients, mutations'],
    [{ rooms: 6 }, 'rooms: 6 is above 5'],
    [{ mutations: 1.5 }, 'mutations: 1.5 is not a whole number'],
    [{ durationMs: Number.NaN }, 'durationMs: NaN is not a number'],
    [{ offlineShare: 2 }, 'offlineShare: 2 is above 1'],
    [{ network: '6g' }, 'network.profile: there is no profile "6g"'],
    [{ network: { uniform: [5, 1] } }, 'network.uniform: the maximum 1 is below the minimum 5'],
    [{ network: { latency: -1 } }, 'network.latency: -1 is negative'],
    [{ faults: { 'kill-serve': 1 } }, 'faults.kill-serve: there is no such field; there are cut, half-open'],
    [{ faults: { cut: -1 } }, 'faults.cut: -1 is negative'],
    [{ socketBufferBytes: 0.5 }, 'socketBufferBytes: 0.5 is not a whole number'],
    [{ log: 'kafka' }, 'log: there is no log "kafka"'],
  ])('%j is refused', (options, problem) => {
    expect(() => generate(options as SimulationOptions)).toThrow(`These options cannot be simulated:\n  ${problem}`)
  })
})

test('faults of more than one action each take no ID of another kind', () => {
  const faults = { restore: 600, deploy: 300, 'fail-disk': 100 }
  expect(scenarioProblems(generate({ faults }), EXAMPLE_APP)).toEqual([])
})
