import { seededRandom } from '@savepoint/core'
import { afterEach, expect, test } from 'vitest'
import { type Member, until, World } from './world.contract.ts'

const CLIENTS = 3
const STEPS = 60
const NAMES = ['Food', 'Rent', 'Fun', 'Car']

let world: World
afterEach(() => world.close())

test.each(Array.from({ length: 20 }, (_, i) => `seed-${i + 1}`))(
  '[G1] [G2] [G3] [G7] three clients, random calls, a line that fails: %s',
  async (seed) => {
    world = await World.open()
    const random = seededRandom(seed)
    const below = (n: number) => Math.floor(random() * n)
    const name = () => NAMES[below(NAMES.length)] ?? ''
    const members: Member[] = []
    const backwards: string[] = []
    const expected: string[][] = []
    for (let i = 0; i < CLIENTS; i++) {
      const member = await world.member()
      members.push(member)
      expected.push([])
      let highest = 0
      member.client.onStatus(() => {
        const { version } = member.client.status
        if (version !== null && version < highest) backwards.push(`${i}: ${highest} to ${version}`)
        highest = Math.max(highest, version ?? 0)
      })
    }
    const cancelled: Promise<unknown>[] = []
    const confirmed: Promise<unknown>[] = []
    let number = 0
    for (let step = 0; step < STEPS; step++) {
      const who = below(CLIENTS)
      const { client } = members[who] as Member
      const call = () => {
        const handle = client.mutate.call({ who: String(who), number: ++number })
        const wasCancelled = below(6) === 0 && handle.cancel()
        if (wasCancelled) cancelled.push(handle.confirmed)
        else {
          confirmed.push(handle.confirmed)
          expected[who]?.push(String(number))
        }
      }
      const actions = [
        call,
        call,
        () => client.mutate.add({ name: name(), by: below(5) }),
        () => client.mutate.add({ name: name(), by: -below(3) }),
        () => client.mutate.onlyIfNone({ name: name() }),
        () => client.mutate.remove({ name: name() }),
        () => client.mutate.rejectedByServer({ name: name() }),
        () => client.mutate.note({ id: below(5) + 1, text: `${name()} ${step}` }),
        () => client.stop(),
        () => client.start(),
        () => client.start(),
        () => world.proxy.cut(),
        () => (world.proxy.swallowsAnswers = below(3) === 0),
        () => new Promise(setImmediate),
        () => until(() => client.status.pending < 5 || client.status.connection !== 'live' || world.proxy.swallowsAnswers),
      ]
      await actions[below(actions.length)]?.()
      if (below(2) === 0) await new Promise(setImmediate)
    }
    world.proxy.swallowsAnswers = false
    world.proxy.cut()
    await until(() => {
      for (const { client } of members) if (client.status.connection === 'offline' || client.status.connection === 'stopped') client.start()
      return members.every(({ client }) => client.status.pending === 0)
    })
    await world.converged(...members.map(({ client }) => client))
    for (const outcome of await Promise.all(confirmed)) expect(outcome).toMatchObject({ ok: true })
    for (const outcome of await Promise.all(cancelled)) expect(outcome).toMatchObject({ ok: false, code: 'cancelled' })
    const calls = world.server().rows('SELECT who, number FROM calls ORDER BY id') as { who: string; number: number }[]
    for (let who = 0; who < CLIENTS; who++) {
      expect(calls.filter((row) => row.who === String(who)).map((row) => String(row.number))).toEqual(expected[who])
    }
    expect(backwards).toEqual([])
    expect(members.flatMap(({ events }) => events.filter(({ type }) => type === 'forked'))).toEqual([])
    const content = ['SELECT * FROM items ORDER BY name', 'SELECT * FROM calls ORDER BY id', 'SELECT * FROM notes ORDER BY id']
    for (const sql of content) for (const { client } of members) expect(await client.query(sql)).toEqual(world.server().rows(sql))
  },
)
