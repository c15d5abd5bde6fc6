import { PUSH_MUTATIONS_MAX } from '@savepoint/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { EmbeddedLog } from '../log/embedded-log.ts'
import type { LogEntry } from '../log/room-log.ts'
import type { RunningServer } from '../node.ts'
import { openRooms } from '../testing/open-rooms.ts'
import { join, start } from '../testing/start.ts'
import { mutationsDoor } from './mutations-door.ts'

type Outcomes = readonly { readonly mutationID: number; readonly outcome: { readonly [field: string]: unknown } }[]

async function post(server: RunningServer, body: unknown, headers = {}) {
  const response = await fetch(`${server.url}/rooms/shop/mutations`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer = (await response.json()) as { code?: string; message?: string; version: number; outcomes: Outcomes }
  return { status: response.status, ...answer }
}

const add = (mutationID: number, title: string) => ({ mutationID, name: 'addItem', args: { title } })
const restock = (mutationID: number, by: number) => ({ mutationID, name: 'restock', args: { title: 'tea', by } })

describe('POST /rooms/:room/mutations', () => {
  test('answers with the outcomes of all, which clients see', async () => {
    const server = await start()
    const client = await join(server)
    const { status, outcomes, version } = await post(server, {
      clientID: 'script',
      mutations: [
        add(1, 'tea'),
        restock(2, 3),
        { mutationID: 3, name: 'explode', args: { title: 'x' } },
        { mutationID: 4, name: 'whoAmI' },
      ],
    })
    expect([status, version]).toEqual([200, 4])
    expect(outcomes).toMatchObject([
      { mutationID: 1, outcome: { ok: true, value: expect.any(String) } },
      { mutationID: 2, outcome: { ok: true, value: 1 } },
      { mutationID: 3, outcome: { ok: false, reason: 'rejected', message: 'boom' } },
      { mutationID: 4, outcome: { ok: true, value: { location: 'server' }, meta: expect.anything() } },
    ])
    await client.reach(4)
    expect(client.query('SELECT title, stock FROM items')).toEqual([{ title: 'tea', stock: 3 }])
  })

  test('[G1] the same again gives the same answer, and runs nothing twice', async () => {
    const server = await start()
    const body = { clientID: 'script', mutations: [add(1, 'tea'), restock(2, 3)] }
    const [first, second] = [await post(server, body), await post(server, body)]
    expect(second.outcomes).toEqual(first.outcomes)
    expect(second.version).toBe(2)
    expect((await post(server, { clientID: 'script', mutations: [restock(3, 1)] })).version).toBe(3)
    expect((await post(server, { clientID: 'script', confirmed: 0, mutations: [...body.mutations, restock(3, 1)] })).version).toBe(3)
  })

  test('[G6] what it has run and forgotten it says so of, and does not run again', async () => {
    const server = await start({ retention: { versions: 0, outcomes: 0 } })
    const body = { clientID: 'script', mutations: [add(1, 'tea'), restock(2, 3)] }
    await post(server, body)
    const { status, outcomes, version } = await post(server, { ...body, mutations: [...body.mutations, restock(3, 1)] })
    expect([status, version]).toEqual([200, 3])
    const unknown = { ok: false, code: 'outcome-unknown' }
    expect(outcomes).toMatchObject([{ outcome: unknown }, { outcome: unknown }, { outcome: { ok: true, value: 1 } }])
  })

  test('[G1] many at once, some of them repeats, take effect once each', async () => {
    const server = await start()
    await post(server, { clientID: 'script', mutations: [add(1, 'tea')] })
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(server, { clientID: 'script', mutations: [restock(2, 1)] })))
    // The newest is served. Those before it are told so, and may ask again.
    for (const { status, code } of answers) expect(status === 200 ? undefined : code).toBe(status === 200 ? undefined : 'client-forked')
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(await post(server, { clientID: 'script', mutations: [restock(2, 1)] })).toMatchObject({ status: 200, version: 2 })
  })

  test('another mutation under a mutationID that is taken is refused, and so is a gap', async () => {
    const server = await start()
    await post(server, { clientID: 'script', mutations: [add(1, 'tea'), restock(2, 1)] })
    for (const mutations of [[add(1, 'milk')], [add(1, 'tea'), restock(2, 2)], [{ ...add(1, 'tea'), seed: 'another' }]]) {
      expect(await post(server, { clientID: 'script', mutations })).toMatchObject({ status: 409, code: 'client-forked' })
    }
    expect(await post(server, { clientID: 'script', mutations: [restock(4, 1)] })).toMatchObject({ status: 409, code: 'mutation-gap' })
    expect(await post(server, { clientID: 'script', mutations: [restock(3, 1)] })).toMatchObject({ status: 200, version: 3 })
  })

  test('takes what JSON does not have as superjson writes it, and nothing that it should not', async () => {
    const server = await start()
    const many = { mutationID: 1, name: 'addMany', args: { count: '2', length: 1 }, meta: { values: { count: ['bigint'] } } }
    const bad = { mutationID: 2, name: 'addItem', args: JSON.parse('{"__proto__":{"title":"x"}}') }
    expect((await post(server, { clientID: 'a', mutations: [many, bad] })).outcomes).toMatchObject([
      { outcome: { ok: true } },
      { outcome: { ok: false, reason: 'schema' } },
    ])
    const client = await join(server)
    expect(client.query('SELECT count(*) AS n FROM items')).toEqual([{ n: 2 }])
  })

  test.each<[string, unknown, number, string]>([
    ['garbage', 'garbage', 400, 'bad-message'],
    ['null', null, 400, 'bad-message'],
    ['no mutations', { clientID: 'a' }, 400, 'bad-message'],
    ['an empty list', { clientID: 'a', mutations: [] }, 400, 'bad-message'],
    ['no clientID', { mutations: [add(1, 'x')] }, 400, 'bad-message'],
    ['a mutation that is none', { clientID: 'a', mutations: [7] }, 400, 'bad-message'],
    ['a name that is none', { clientID: 'a', mutations: [{ mutationID: 1 }] }, 400, 'bad-message'],
    ['a mutationID that is none', { clientID: 'a', mutations: [add(0, 'x')] }, 400, 'bad-message'],
    ['outcomes that are known', { clientID: 'a', confirmed: 1, mutations: [add(1, 'x')] }, 400, 'bad-message'],
    ['too many', { clientID: 'a', mutations: Array.from({ length: 1001 }, (_, i) => add(i + 1, 'x')) }, 400, 'bad-message'],
    ['a schema that is none', { clientID: 'a', schema: null, mutations: [add(1, 'x')] }, 400, 'bad-message'],
    ['another schema', { clientID: 'a', schema: { name: 'x', version: 1, hash: 'y' }, mutations: [add(1, 'x')] }, 409, 'schema-mismatch'],
    ['far too long', 'x'.repeat(3 * 1024 * 1024 + 1), 413, 'frame-too-large'],
  ])('%s has no effect', async (_, body, status, code) => {
    const server = await start()
    expect(await post(server, body)).toMatchObject({ status, code, message: expect.any(String) })
    expect(await post(server, { clientID: 'a', mutations: [add(1, 'tea')] })).toMatchObject({ status: 200, version: 1 })
  })

  test('[G10] of more than may be posted nothing is worked out: nobody is known yet', async () => {
    const hash = vi.spyOn(crypto.subtle, 'digest')
    onTestFinished(() => hash.mockRestore())
    const server = await start({ authorize: () => null })
    const many = Array.from({ length: PUSH_MUTATIONS_MAX + 1 }, (_, i) => add(i + 1, 'x'))
    const message = expect.stringContaining(`at most ${PUSH_MUTATIONS_MAX}`)
    expect(await post(server, { clientID: 'a', mutations: many })).toMatchObject({ status: 400, code: 'bad-message', message })
    expect(hash).not.toHaveBeenCalled()
    expect(await post(server, { clientID: 'a', mutations: many.slice(1) })).toMatchObject({ status: 401 })
    expect(hash).toHaveBeenCalledTimes(PUSH_MUTATIONS_MAX)
  })

  test('a clientID is its user’s', async () => {
    const server = await start({ authorize: (request) => ({ identity: request.headers.get('authorization') ?? '' }) })
    const body = { clientID: 'a', mutations: [add(1, 'tea')] }
    expect(await post(server, body, { authorization: 'ada' })).toMatchObject({ status: 200 })
    expect(await post(server, body, { authorization: 'eve' })).toMatchObject({ status: 401, code: 'unauthorized' })
  })
})

test('[G10] an answer does not wait for ever, and what was posted is not lost by it', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  class HeldLog extends EmbeddedLog {
    override async append(entries: readonly LogEntry[]) {
      await held
      return super.append(entries)
    }
  }
  const { rooms, world } = openRooms(undefined, undefined, { openLog: (writer, reader) => new HeldLog(writer, reader) })
  const room = await rooms.get('shop')
  const door = mutationsDoor({
    rooms,
    entrance: { enter: (_, name, socket) => rooms.connect(name, socket, { identity: '', auth: undefined }) },
    now: () => 1,
    after: (ms, task) => world.after(ms, task),
    bodyBytesMax: 1000,
    outcomesWaitMs: 30_000,
  })
  const body = JSON.stringify({ clientID: 'a', mutations: [add(1, 'tea')] })
  const ask = () => door.answer(new Request('http://server', { method: 'POST', body }), 'shop')
  const answer = ask()
  await vi.waitUntil(() => room.isBusy)
  world.advance(30_000)
  await expect(answer).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('post the same again') })
  release()
  expect(await (await ask()).json()).toMatchObject({ version: 1, outcomes: [{ outcome: { ok: true } }] })
})
