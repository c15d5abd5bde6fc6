import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSettled, until, World } from './world.contract.ts'

let world: World
/** The server's clock is this much ahead. */
let ahead = 0

beforeEach(async () => {
  ahead = 0
  world = await World.open({ retention: { versions: 2, outcomesAgeMs: 60_000 }, world: { now: () => Date.now() + ahead } })
})
afterEach(() => world.close())

const CALLS = 'SELECT number FROM calls ORDER BY id'
const call = (number: number) => ({ who: 'me', number })

/** A client whose two calls were committed, and which was closed before it was told; it has one more call that was never sent. */
async function leftUntold() {
  const directory = world.directory()
  const client = await world.client({ directory })
  await until(() => isSettled(client))
  world.proxy.swallowsAnswers = true
  client.mutate.call(call(1))
  client.mutate.call(call(2))
  await until(() => world.server().version === 2)
  client.stop()
  client.mutate.call(call(3))
  await client.close()
  world.proxy.swallowsAnswers = false
  return directory
}

/** Others go on until the log is cut. */
async function goOn(from: number, to: number) {
  const other = await world.client()
  for (let number = from; number <= to; number++) await other.mutate.call({ who: 'other', number }).confirmed
  await other.close()
}

test('[G5] outcomes of versions that the log has no more are told to a client that comes back in time', async () => {
  const directory = await leftUntold()
  await goOn(10, 15)
  ahead = 30_000
  await goOn(16, 18)
  const client = await world.client({ directory })
  await world.converged(client)
  expect(client.mutations().map(({ status }) => status)).toEqual(['confirmed', 'confirmed', 'confirmed'])
})

test('[G1] [G5] a client that comes back too late learns that they are unknown, runs nothing twice, and goes on', async () => {
  const directory = await leftUntold()
  await goOn(10, 15)
  ahead = 61_000
  await goOn(16, 18)
  const client = await world.client({ directory })
  await world.converged(client)
  expect(client.mutations()).toMatchObject([
    { name: 'call', status: 'rejected', failure: { code: 'outcome-unknown' } },
    { name: 'call', status: 'rejected', failure: { code: 'outcome-unknown' } },
    { name: 'call', status: 'confirmed' },
  ])
  const numbers = [1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 3].map((number) => ({ number }))
  expect(await client.query(CALLS)).toEqual(numbers)
  expect(world.server().rows(CALLS)).toEqual(numbers)
  expect(await client.mutate.call(call(4)).confirmed).toMatchObject({ ok: true })
})
