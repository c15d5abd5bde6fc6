import { encodeData } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MutationHandle } from './mutation-handle.ts'
import { shopMutators } from './testing/shop.contract.ts'
import { Visit } from './testing/visit.contract.ts'

const ITEMS = 'SELECT name, n FROM items ORDER BY name'
let visit: Visit

beforeEach(async () => {
  visit = Visit.withShop()
  await visit.goLive()
})

const add = (name: string, by = 1) => visit.client.mutate.add({ name, by })
const rows = async () => (await visit.client.query<{ name: string; n: number }>(ITEMS)).map(({ name, n }) => `${name} ${n}`)
const foreign = (name: string, by = 1) =>
  visit.shop.process('other', [{ mutationID: 1, name: 'add', args: encodeData({ name, by }), createdAt: 1, seed: 'f' }], false).poke

describe('cancel', () => {
  test('[G1] in the turn of the call, it was never sent: nothing of it reaches the server', async () => {
    const handle = add('Food')
    const { cancel } = handle
    expect(cancel()).toBe(true)
    await visit.scheduler.settle()
    expect(visit.pushed).toEqual([])
    expect(await rows()).toEqual([])
    expect(await handle.confirmed).toMatchObject({ ok: false, reason: 'cancelled', code: 'cancelled' })
    expect(visit.client.status).toMatchObject({ pending: 0, connection: 'live' })
  })

  test('those after it go under its ID, and are confirmed', async () => {
    const [first, second] = [add('Food'), add('Rent', 2)]
    expect(first.cancel()).toBe(true)
    await second.durable
    await visit.scheduler.settle()
    expect(visit.pushed).toMatchObject([{ mutationID: 1, seed: second.id }])
    await visit.answer()
    expect(await second.confirmed).toEqual({ ok: true, value: 2, diverged: false })
    expect(visit.events.filter(({ type }) => type === 'forked')).toEqual([])
  })

  test('once it was sent, it is too late', async () => {
    const handle = add('Food')
    await visit.scheduler.settle()
    expect(visit.pushed).toHaveLength(1)
    expect(handle.cancel()).toBe(false)
    await visit.answer()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(handle.cancel()).toBe(false)
  })

  test('what may have been sent before the line was cut counts as sent', async () => {
    visit.client.stop()
    const offline = add('Food')
    expect(offline.cancel()).toBe(true)
    const again = add('Food')
    visit.client.start()
    visit.transport.socket.open()
    visit.welcome()
    visit.transport.socket.receive(visit.shop.nothing().poke)
    await visit.scheduler.settle()
    visit.transport.socket.cut()
    expect(again.cancel()).toBe(false)
  })

  test('a disk that does not take it leaves it pending, and says so', async () => {
    visit.client.stop()
    const handle = add('Food')
    await handle.durable
    visit.pendingDisk.full()
    expect(handle.cancel()).toBe(false)
    expect(visit.failures()).toHaveLength(1)
    expect(await rows()).toEqual(['Food 1'])
    visit.pendingDisk.mend()
    expect(handle.cancel()).toBe(true)
    expect(await rows()).toEqual([])
  })
})

describe('a full disk', () => {
  test('[G5] the mutation runs, says that it is not durable, and is sent all the same', async () => {
    visit.pendingDisk.full()
    const handle = add('Food')
    expect(handle.local).toEqual({ ok: true, value: 1 })
    await expect(handle.durable).rejects.toThrow(/disk is full/)
    await visit.scheduler.settle()
    expect(visit.pushed).toHaveLength(1)
    await visit.answer()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    await visit.scheduler.pass(10_000)
    visit.pendingDisk.mend()
    await visit.scheduler.pass(10_000)
    expect(visit.client.mutations()).toMatchObject([{ status: 'confirmed' }])
    const next = add('Food')
    await next.durable
    await visit.scheduler.settle()
    expect(visit.transport.socket.all('push').at(-1)).toMatchObject({ confirmed: 1 })
  })

  test('[G5] the server is not told to forget outcomes that the disk has not taken', async () => {
    add('Food')
    await visit.scheduler.settle()
    visit.pendingDisk.full()
    await visit.answer()
    add('Food')
    await visit.scheduler.settle()
    expect(visit.transport.socket.all('push').at(-1)).toMatchObject({ confirmed: 0 })
  })

  test('a base that fails refuses the mutation, and keeps all else', async () => {
    add('Food')
    visit.baseDisk.failWhen((sql) => sql.startsWith('INSERT INTO items'))
    const refused = add('Rent')
    expect(refused.local).toMatchObject({ ok: false, reason: 'rejected', code: 'storage' })
    expect(await refused.confirmed).toMatchObject({ ok: false, code: 'storage' })
    visit.baseDisk.mend()
    add('Rent')
    await visit.scheduler.settle()
    await visit.answer()
    expect(await rows()).toEqual(['Food 1', 'Rent 1'])
    expect(visit.client.status).toMatchObject({ pending: 0, connection: 'live' })
  })

  test('[G3] [G7] what does not fit the base stays visible, is tried again, and the version does not go back', async () => {
    add('Food')
    await visit.scheduler.settle()
    await visit.answer()
    visit.baseDisk.full()
    await visit.scheduler.pass(12_000)
    expect(visit.failures()).toHaveLength(3)
    visit.transport.socket.receive(foreign('Rent'))
    await visit.scheduler.settle()
    expect(await rows()).toEqual(['Food 1'])
    expect(visit.client.status).toMatchObject({ connection: 'offline', version: 1 })
    visit.baseDisk.mend()
    await visit.scheduler.pass(1000)
    visit.transport.socket.open()
    expect(visit.transport.socket.all('hello')).toMatchObject([{ base: { version: 1 } }])
    visit.welcome()
    visit.transport.socket.receive({ ...visit.shop.nothing().poke, from: 1, patch: [{ table: 'items', puts: [['Rent', 1]], deletes: [] }] })
    await visit.scheduler.pass(1000)
    expect(await rows()).toEqual(['Food 1', 'Rent 1'])
    expect(visit.client.digest).toBe(visit.shop.authority.digest)
    expect(visit.client.status).toMatchObject({ connection: 'live', version: 2 })
  })
})

describe('who watches', () => {
  test('and throws, stops nothing, and is told of its own error', async () => {
    visit.watch = () => {
      throw new Error('watcher')
    }
    visit.client.onStatus(() => {
      throw new Error('listener')
    })
    const handle = add('Food')
    await visit.scheduler.settle()
    await visit.answer()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(visit.client.status.connection).toBe('live')
    expect(new Set(visit.failures().map((error) => (error as Error).message))).toEqual(new Set(['watcher', 'listener']))
  })

  test('the status is a new object only when something in it changed', async () => {
    visit.transport.socket.receive({ type: 'refusal', code: 'unauthorized', message: 'because' })
    const refused = visit.client.status
    expect(refused.refusal).toEqual({ code: 'unauthorized', message: 'because' })
    let told = 0
    visit.client.onStatus(() => told++)
    visit.client.mutate.onlyIfNone({ name: 'Food' }).cancel()
    expect(visit.client.status).not.toBe(refused)
    const before = told
    const handle = add('x')
    await handle.durable
    handle.cancel()
    await visit.scheduler.settle()
    expect(told).toBe(before + 2)
  })

  test('a client that is closed in the middle of things says nothing more', async () => {
    const live = visit.client.live(ITEMS)
    let told = 0
    live.subscribe(() => told++)
    add('Food')
    await visit.client.close()
    await visit.scheduler.pass(100_000)
    expect(told).toBe(0)
    expect(visit.scheduler.waits).toEqual([])
    expect(() => add('Rent')).toThrow(/closed/)
    await expect(visit.client.query(ITEMS)).rejects.toThrow(/closed/)
  })

  test('may close the client from what it is told', async () => {
    visit.watch = ({ type }) => {
      if (type === 'settled') void visit.client.close()
    }
    add('Food')
    await visit.scheduler.settle()
    await visit.answer()
    expect(visit.failures()).toEqual([])
    expect(visit.scheduler.waits).toEqual([])
  })
})

describe('pokes', () => {
  test('[G7] that arrive together are one step: nobody sees what is between', async () => {
    const live = visit.client.live<{ n: number }>('SELECT n FROM items')
    const seen: unknown[] = []
    live.subscribe(() => seen.push(live.rows[0]?.n))
    const versions: unknown[] = []
    visit.client.onStatus(() => versions.push(visit.client.status.version))
    for (let i = 0; i < 5; i++) visit.transport.socket.receive(foreign('Food'))
    expect(await rows()).toEqual([])
    await visit.scheduler.settle()
    expect(seen).toEqual([5])
    expect(versions).toEqual([5])
  })

  test('[G1] of a lost line that still wait are applied with those of the next', async () => {
    const first = add('Food')
    await visit.scheduler.settle()
    const poke = visit.process()
    visit.transport.socket.receive(poke)
    visit.transport.socket.cut()
    visit.client.start()
    visit.transport.socket.open()
    expect(visit.transport.socket.all('hello')).toMatchObject([{ base: { version: 1 }, confirmed: 0 }])
    visit.welcome()
    visit.transport.socket.receive({ ...visit.shop.nothing(poke.outcomes).poke })
    await visit.scheduler.settle()
    expect(await first.confirmed).toMatchObject({ ok: true })
    expect(visit.client.status).toMatchObject({ connection: 'live', pending: 0, version: 1 })
    expect(visit.failures()).toEqual([])
  })

  test('[G8] when a handle says confirmed, queries and live queries show what the server made of it', async () => {
    const live = visit.client.live<{ n: number }>('SELECT n FROM items')
    live.subscribe(() => {})
    const handle = add('Food')
    await visit.scheduler.settle()
    foreign('Food', 10)
    const { poke } = visit.shop.process(visit.client.clientID, visit.pushed)
    let shown: unknown
    const settled = handle.confirmed.then(async (result) => {
      shown = { result, live: live.rows[0]?.n, rows: await rows() }
    })
    visit.transport.socket.receive({ ...poke, from: 0 })
    await visit.scheduler.settle()
    await settled
    expect(shown).toEqual({ result: { ok: true, value: 11, diverged: true }, live: 11, rows: ['Food 11'] })
  })

  test('a value that cannot be read fails its own handle only', async () => {
    const [first, second] = [add('Food'), add('Rent')]
    await visit.scheduler.settle()
    const { outcomes, ...poke } = visit.process()
    visit.transport.socket.receive({
      ...poke,
      outcomes: outcomes.map((own, i) => (i === 0 ? { ...own, outcome: { ok: true, value: '{' } } : own)),
    })
    await visit.scheduler.settle()
    expect(await first.confirmed).toMatchObject({ ok: false, code: 'invalid-result' })
    expect(await second.confirmed).toMatchObject({ ok: true })
    expect(visit.client.status).toMatchObject({ connection: 'live', pending: 0 })
  })
})

describe('bounds', () => {
  test('[G10] large arguments are not all on their way at once, and all arrive in order', async () => {
    const text = 'x'.repeat(250_000)
    const handles: MutationHandle<void>[] = []
    for (let i = 0; i < 60; i++) handles.push(visit.client.mutate.note({ text }))
    await visit.scheduler.settle()
    let most = 0
    for (let round = 0; visit.pushed.length > 0 && round < 60; round++) {
      most = Math.max(
        most,
        visit.pushed.reduce((sum, { args }) => sum + args.length, 0),
      )
      await visit.answer()
    }
    expect(await Promise.all(handles.map(({ confirmed }) => confirmed))).toEqual(handles.map(() => expect.objectContaining({ ok: true })))
    expect(most).toBeGreaterThan(3_000_000)
    expect(most).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  test('arguments that are too large, or no data, are refused at the call', async () => {
    const large = visit.client.mutate.note({ text: 'x'.repeat(300_000) })
    expect(large.local).toMatchObject({ ok: false, reason: 'schema', code: 'args-too-large' })
    expect(visit.client.mutate.note({ text: (() => {}) as never }).local).toMatchObject({
      ok: false,
      reason: 'schema',
      code: 'invalid-args',
    })
    await large.durable
    expect(visit.client.status.pending).toBe(0)
  })

  test('a mutator cannot start another mutation', async () => {
    const clients: Visit['client'][] = []
    const nested = new Visit({
      definitions: { ...shopMutators.definitions, nest: () => void clients[0]?.mutate.add({ name: 'Food', by: 1 }) },
    })
    clients.push(nested.client)
    expect(nested.client.mutate.nest().local).toMatchObject({ ok: false, message: expect.stringMatching(/cannot start another/) })
    expect(await nested.client.query(ITEMS)).toEqual([])
  })
})
