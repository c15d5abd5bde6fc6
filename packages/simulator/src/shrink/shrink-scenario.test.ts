import { decodeData, encodeData } from '@savepoint/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { scenarioProblems } from '../scenario/check-scenario.ts'
import { EXAMPLE_APP } from '../scenario/example-app.contract.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import { pinArgs } from '../scenario/pin-args.ts'
import type { Action, Scenario } from '../scenario/scenario.ts'
import { shrinkScenario } from './shrink-scenario.ts'

const LIMITS = { runs: 1000, shouldStop: () => false }

/** The default size, with arguments as a run would have left them. */
function example(seed: string): Scenario {
  const scenario = generateScenario(EXAMPLE_APP, { log: 'remote' }, seed)
  const random = randomOf(seed, 'example')
  const args = (name: string) =>
    name === 'clear' ? '' : encodeData({ id: random.id(), stock: random.int(0, 5000), tags: ['x', 'y', 'long one'] })
  return pinArgs(
    scenario,
    new Map(scenario.actions.flatMap((action) => (action.do === 'mutate' ? [[action.id, args(action.name)] as const] : []))),
  )
}

async function shrunk(scenario: Scenario, holds: (candidate: Scenario) => boolean, limits = LIMITS) {
  expect(holds(scenario)).toBe(true)
  const candidates: Scenario[] = []
  const result = await shrinkScenario(
    scenario,
    async (candidate) => {
      candidates.push(candidate)
      return holds(candidate)
    },
    limits,
  )
  expect(result.runs).toBe(candidates.length)
  expect(holds(result.scenario)).toBe(true)
  for (const candidate of candidates) expect(scenarioProblems(candidate)).toEqual([])
  return result
}

const indexOf = ({ actions }: Scenario, id: number | undefined) => actions.findIndex((action) => action.id === id)
const clientOf = (action: Action | undefined) => (action !== undefined && 'client' in action ? action.client : undefined)

test('one action before another, and a client that must be there', async () => {
  const runs: number[] = []
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), fc.nat(), fc.nat(), fc.nat(4), async (seed, a, b, c) => {
      const scenario = example(String(seed))
      const [first, second] = [a % scenario.actions.length, b % scenario.actions.length]
        .toSorted((x, y) => x - y)
        .map((i) => scenario.actions[i]?.id)
      const name = scenario.clients[c]?.name
      const holds = (candidate: Scenario) => {
        const [i, j] = [indexOf(candidate, first), indexOf(candidate, second)]
        return i !== -1 && i <= j && candidate.clients.some((client) => client.name === name)
      }
      const result = await shrunk(scenario, holds)
      const { clients, actions, server } = result.scenario
      const needed = new Set([first, second])
      // A copy's actions need the copy, and that what it was copied from.
      const copies = actions.filter((action) => action.do === 'copy-profile' && !needed.has(action.id)).length
      expect(actions.length).toBe(needed.size + copies)
      expect(clients.length).toBeLessThanOrEqual(2)
      expect(clients.every(({ up, down, clock, joinsAt }) => up.latency === 10 && down.latency === 10 && !clock && joinsAt === 0)).toBe(
        true,
      )
      expect(server).toEqual({})
      expect(result.scenario.endsAt).toBeLessThanOrEqual(20)
      runs.push(result.runs)
    }),
    { numRuns: 60, seed: 1 },
  )
  const mean = runs.reduce((sum, count) => sum + count, 0) / runs.length
  expect([mean < 80, Math.max(...runs) < 150], `${mean} runs on average, ${Math.max(...runs)} at most`).toEqual([true, true])
})

test('actions of two clients stay with two clients', async () => {
  const scenario = example('two')
  const calls = scenario.actions.filter((action) => action.do === 'mutate')
  const first = calls[40]
  const second = calls.find((action, i) => i > 60 && action.client !== first?.client)
  const result = await shrunk(scenario, (candidate) => {
    const [one, other] = [first, second].map((call) => candidate.actions.find(({ id }) => id === call?.id))
    return clientOf(one) !== undefined && clientOf(other) !== undefined && clientOf(one) !== clientOf(other)
  })
  expect([result.scenario.actions.length, result.scenario.clients.length]).toEqual([2, 2])
})

test('what is needed of settings and fields stays, and nothing else', async () => {
  const scenario = generateScenario(
    EXAMPLE_APP,
    { faults: { 'kill-server': 6, partition: 4 }, engine: 'wa-sqlite', log: 'remote' },
    'kills',
  )
  const isKill = (action: Action) => action.do === 'kill-server' && action.failpoint !== undefined && (action.nth ?? 1) >= 3
  const result = await shrunk(scenario, (candidate) => candidate.server.log === 'remote' && candidate.actions.some(isKill))
  expect(result.scenario.server).toEqual({ log: 'remote' })
  expect(result.scenario.clients).toEqual([])
  expect(result.scenario.actions).toEqual([
    { id: expect.any(Number), at: 0, do: 'kill-server', forMs: 10, failpoint: expect.any(String), nth: 3 },
  ])
})

describe('arguments', () => {
  const argsOf = ({ actions }: Scenario) => actions.map((action) => (action.do === 'mutate' ? decodeData(action.args ?? '') : undefined))

  test('become as simple as they can, and names stay the same in all places', async () => {
    const base = example('args')
    const client = base.clients[0]?.name ?? ''
    const args = [
      { id: 'the-row', stock: 731, tags: ['one', 'two', 'three'], at: new Date(5), big: 2n ** 60n },
      { id: 'the-row', stock: -20, tags: [], note: 'a long text of no meaning', flag: true },
    ]
    const actions = args.map((value, i): Action => ({ id: i, at: i * 1000, do: 'mutate', client, name: 'add', args: encodeData(value) }))
    const holds = (candidate: Scenario) => {
      const [first, second] = argsOf(candidate) as { id?: string; stock?: number }[]
      return first !== undefined && first.id === second?.id && Number(first.stock) > 50
    }
    const result = await shrunk({ ...base, actions }, holds)
    expect(argsOf(result.scenario)).toEqual([
      { id: expect.stringMatching(/^[a-z]$/), stock: 100, tags: [], at: new Date(0), big: 0n },
      { id: expect.stringMatching(/^[a-z]$/), stock: 0, tags: [], note: expect.stringMatching(/^.$/), flag: false },
    ])
  })
})

describe('limits', () => {
  const scenario = example('limits')
  const last = scenario.actions.at(-1)?.id
  const holds = (candidate: Scenario) => indexOf(candidate, last) !== -1

  test('no more runs than allowed; what was found by then is the result', async () => {
    const result = await shrunk(scenario, holds, { ...LIMITS, runs: 7 })
    expect(result.runs).toBe(7)
    expect(result.scenario.actions.length).toBeLessThan(scenario.actions.length)
  })

  test('none when the time is up', async () => {
    expect(await shrunk(scenario, holds, { ...LIMITS, shouldStop: () => true })).toEqual({ scenario, runs: 0 })
  })
})

test('the same answers lead to the same result, in as many runs', async () => {
  const scenario = example('again')
  const holds = (candidate: Scenario) => candidate.actions.filter(({ id }) => id % 7 === 0).length >= 3
  expect(await shrunk(scenario, holds)).toEqual(await shrunk(scenario, holds))
})
