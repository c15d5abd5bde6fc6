import type { OwnOutcome } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import { Line } from '../testing/line.ts'
import { openTestRoom, type TestRoom } from '../testing/open-room.ts'
import type { TestClient } from '../testing/test-client.ts'
import { CATCH_UP_LENGTH_MAX } from './room-engine.ts'

describe('[G3] a client that was away', () => {
  test('gets the net of what happened, whatever it was', async () => {
    const setting = await openTestRoom()
    const [maker, other] = [await setting.client('maker'), await setting.client('other')]
    await maker.call('addItem', { title: 'tea', stock: 10 })
    await other.reach(1)
    other.line.hangUp()
    maker.push(
      maker.mutation('addItem', { title: 'milk', stock: 1 }),
      ...Array.from({ length: 5 }, () => maker.mutation('order', { title: 'tea', note: 'x' })),
      maker.mutation('drop', { title: 'milk' }),
      maker.mutation('addItem', { title: 'milk' }),
      maker.mutation('addItem', { title: 'salt' }),
      maker.mutation('drop', { title: 'salt' }),
      maker.mutation('explode', { title: 'x' }),
    )
    await maker.outcome(maker.issued)
    other.line = Line.inProcess(setting.room)
    other.sayHello()
    expect(await other.expect('welcome')).toMatchObject({ version: 12, next: 'poke' })
    const poke = await other.poke()
    expect([poke.from, poke.to]).toEqual([1, 12])
    expect(other.digest).toBe(maker.digest)
    expect(poke.patch.find(([table]) => table === 'items')?.[1]).toHaveLength(2)
    expect(other.query("SELECT title FROM search WHERE search MATCH 'milk'")).toEqual([{ title: 'milk' }])
  })

  test('gets more until it is level with a room that goes on meanwhile', async () => {
    const setting = await openTestRoom()
    const [maker, other] = [await setting.client('maker'), await setting.client('other')]
    other.line.hangUp()
    maker.push(...Array.from({ length: 900 }, (_, i) => maker.mutation('addItem', { title: `${i}` })))
    await maker.reach(500)
    other.line = Line.inProcess(setting.room)
    other.sayHello()
    maker.push(...Array.from({ length: 600 }, (_, i) => maker.mutation('addItem', { title: `more ${i}` })))
    await other.expect('welcome')
    await Promise.all([maker.reach(1500), other.reach(1500)])
    expect(other.digest).toBe(maker.digest)
    expect(setting.room.position.digest).toBe(maker.digest)
  })

  test('gets its outcomes again from where it confirmed them', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    for (const title of ['tea', 'milk', 'tea']) await client.call('addItem', { title })
    client.outcomes.clear()
    client.line = Line.inProcess(setting.room)
    client.confirmed = 1
    await client.greet()
    expect([...client.outcomes.keys()]).toEqual([2, 3])
    expect(client.outcomes.get(3)?.outcome).toMatchObject({ ok: false, code: 'unique' })
  })
})

describe('is sent to a snapshot', () => {
  test.each([
    ['with no base', null],
    ['with a base of another epoch', { epoch: 'other', version: 0 }],
    ['with a base ahead of the room', { epoch: 'same', version: 99 }],
  ])('a client %s', async (_, base) => {
    const setting = await openTestRoom()
    const client = await setting.client()
    await client.call('addItem', { title: 'tea' })
    client.line = Line.inProcess(setting.room)
    client.sayHello({ base: base?.epoch === 'same' ? { ...base, epoch: setting.room.position.epoch } : base, issued: 1 })
    expect(await client.expect('welcome')).toMatchObject({ next: 'snapshot', version: 1, lastMutationID: 1 })
    const watcher = await setting.client('watcher')
    await watcher.call('addItem', { title: 'milk' })
    expect(client.line.isQuiet).toBe(true)
  })

  test('one that confirmed more than the room has processed, and is then counted from there', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    await client.call('addItem', { title: 'tea' })
    client.line = Line.inProcess(setting.room)
    client.sayHello({ confirmed: 5, issued: 6 })
    expect(await client.expect('welcome')).toMatchObject({ next: 'snapshot', lastMutationID: 1 })
    expect(await client.greet({ confirmed: 5, issued: 6 })).toMatchObject({ next: 'poke', lastMutationID: 1 })
    client.push(client.mutation('addItem', { title: 'milk' }, { mutationID: 2 }))
    expect(await client.outcome(2)).toMatchObject({ ok: true })
  })

  test('one whose changes are no longer kept; [G5] what it has not confirmed it still gets', async () => {
    const setting = await openTestRoom({ retention: { versions: 100 } })
    const [client, other] = [await setting.client(), await setting.client('other')]
    await client.call('addItem', { title: 'tea' })
    client.line.hangUp()
    const { base } = client
    for (let i = 0; i < 3; i++) {
      other.push(...Array.from({ length: 500 }, () => other.mutation('restock', { title: 'tea', by: 1 })))
      await other.outcome(other.issued)
      other.confirmed = other.issued
    }
    client.line = Line.inProcess(setting.room)
    client.outcomes.clear()
    expect(await client.greet()).toMatchObject({ next: 'snapshot', lastMutationID: 1 })
    client.adopt(null, { epoch: base?.epoch ?? '', version: 1501 })
    client.sayHello()
    expect(await client.expect('welcome')).toMatchObject({ next: 'poke' })
    expect(await client.expect('poke')).toMatchObject({ from: 1501, to: 1501, outcomes: [{ mutationID: 1, outcome: { ok: true } }] })
  })

  test('one that was away for longer than changes are kept, whatever came meanwhile', async () => {
    const setting = await openTestRoom({ retention: { ageMs: 1000 } })
    const [client, other] = [await setting.client(), await setting.client('other')]
    await client.call('addItem', { title: 'tea' })
    client.line.hangUp()
    setting.world.advance(600)
    await other.call('restock', { title: 'tea', by: 1 })
    client.line = Line.inProcess(setting.room)
    expect(await client.greet()).toMatchObject({ next: 'poke' })
    client.line.hangUp()
    setting.world.advance(600)
    await other.call('restock', { title: 'tea', by: 1 })
    await other.call('restock', { title: 'tea', by: 1 })
    expect(setting.room.summary).toMatchObject({ version: 4, logVersions: 3 })
    client.line = Line.inProcess(setting.room)
    expect(await client.greet()).toMatchObject({ next: 'poke' })
    client.line.hangUp()
    setting.world.advance(1001)
    await other.call('restock', { title: 'tea', by: 1 })
    expect(setting.room.summary).toMatchObject({ version: 5, logVersions: 1 })
    client.line = Line.inProcess(setting.room)
    client.base = { epoch: setting.room.position.epoch, version: 2 }
    expect(await client.greet()).toMatchObject({ next: 'snapshot' })
  })

  test('one that is dearer to bring up to date than to replace', async () => {
    const setting = await openTestRoom()
    const [client, other] = [await setting.client(), await setting.client('other')]
    client.line.hangUp()
    for (let sent = 0; sent < CATCH_UP_LENGTH_MAX; sent += 3_000_000) await other.call('addMany', { count: 30, length: 100_000 })
    client.line = Line.inProcess(setting.room)
    expect(await client.greet()).toMatchObject({ next: 'snapshot' })
  })
})

describe('[G10] outcomes that a client does not confirm', () => {
  /** Pushes and never confirms, and hangs up; another client, which is there from the start, goes on. */
  async function forgetful(setting: TestRoom) {
    const [client, other] = [await setting.client(), await setting.client('other')]
    for (const title of ['tea', 'milk', 'rice']) await client.call('addItem', { title })
    client.line.hangUp()
    client.outcomes.clear()
    return { client, other }
  }

  /** What it is told when it comes back, by mutationID; what it makes of those that are missing is the client's. */
  async function toldAfter(setting: TestRoom, client: TestClient) {
    client.line = Line.inProcess(setting.room)
    client.sayHello({ confirmed: 0, base: setting.room.position })
    const welcome = await client.expect('welcome')
    const { outcomes } = await client.expect('poke')
    return { lastMutationID: welcome.lastMutationID, outcomes: (outcomes as OwnOutcome[]).map(({ mutationID }) => mutationID) }
  }

  test('are kept only so long', async () => {
    const setting = await openTestRoom({ retention: { versions: 1, outcomesAgeMs: 10_000 } })
    const { client, other } = await forgetful(setting)
    await other.call('addItem', { title: 'soap' })
    setting.world.advance(10_000)
    await other.call('addItem', { title: 'salt' })
    expect(await toldAfter(setting, client)).toEqual({ lastMutationID: 3, outcomes: [1, 2, 3] })
    client.line.hangUp()
    setting.world.advance(1)
    await other.call('addItem', { title: 'bread' })
    expect(await toldAfter(setting, client)).toEqual({ lastMutationID: 3, outcomes: [] })
  })

  test('are kept only so many, of all clients, and the oldest go first', async () => {
    const setting = await openTestRoom({ retention: { versions: 0, outcomes: 4 } })
    const { client, other } = await forgetful(setting)
    for (const title of ['a', 'b']) await other.call('addItem', { title })
    expect(await toldAfter(setting, client)).toEqual({ lastMutationID: 3, outcomes: [2, 3] })
  })

  test('[G1] and what it pushes once more is not run again, but answered as unknown', async () => {
    const setting = await openTestRoom({ retention: { versions: 0, outcomes: 0 } })
    const client = await setting.client()
    const mutation = client.mutation('addItem', { title: 'tea' })
    client.push(mutation)
    await client.outcome(1)
    client.outcomes.clear()
    client.push(mutation)
    expect(await client.outcome(1)).toMatchObject({ ok: false, code: 'outcome-unknown' })
    expect(setting.room.position.version).toBe(1)
  })
})

test('changes can be read without a connection', async () => {
  const setting = await openTestRoom()
  const client = await setting.client()
  await client.call('addItem', { title: 'tea' })
  const found = await setting.room.changes(0)
  expect(found?.position).toEqual(setting.room.position)
  expect(JSON.parse(found?.patch ?? '')).toMatchObject([['items', [[expect.any(String), 'tea', 0]], []]])
  expect(await setting.room.changes(2)).toBeNull()
})
