import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import { readLimits } from '../limits.ts'
import type { RoomSocket } from '../room/room-socket.ts'
import { describeRoomHost } from '../rooms/room-host.contract.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { Line } from '../testing/line.ts'
import { openThreadRooms, type TestThreadRooms } from '../testing/open-thread-rooms.ts'
import { TestClient } from '../testing/test-client.ts'
import { LINE_LENGTH_MAX } from './room-thread.ts'

/** As long as anything in these tests should take, and longer than any mutation of theirs that ends. */
const MUTATOR_MS_MAX = 500

describeRoomHost('rooms in two threads', async ({ directory, ...limits }) => {
  return await openThreadRooms({ directory, limits: readLimits(limits), threads: 2 })
})

async function comeIn(host: RoomHost, room: string, clientID: string): Promise<TestClient> {
  const { epoch } = await host.position(room)
  return await TestClient.fresh(await Line.intoHost(host, room), epoch, clientID)
}

/** Nobody is to wait longer each time for what their neighbours do. */
const AT_ONCE = { retryAfterMs: 0 }

/** As a client does that is told to come again: says hello on a new line, and pushes what has no outcome. */
async function comeAgain(host: RoomHost, room: string, client: TestClient, told = {}): Promise<void> {
  expect(await client.refusal()).toMatchObject({ code: 'unavailable', ...told })
  client.line = await Line.intoHost(host, room)
  await client.greet()
}

describe('[G6] [G9] a mutator that does not end', () => {
  test('is rejected, and costs the others of its thread a new line', async () => {
    const { host, events } = await openThreadRooms({ mutatorMsMax: MUTATOR_MS_MAX })
    const [bad, good] = [await comeIn(host, 'bad', 'bad'), await comeIn(host, 'good', 'good')]
    const [before, loop, after] = [
      bad.mutation('addItem', { title: 'before' }),
      bad.mutation('loop', { title: 'never' }),
      bad.mutation('addItem', { title: 'after' }),
    ]
    await good.call('addItem', { title: 'tea' })
    bad.push(before, loop, after)
    await comeAgain(host, 'bad', bad, AT_ONCE)
    await comeAgain(host, 'good', good, AT_ONCE)
    bad.push(before, loop, after)
    expect(await bad.outcome(3)).toMatchObject({ ok: true })
    expect(await bad.outcome(1)).toMatchObject({ ok: true })
    expect(await bad.outcome(2)).toEqual({
      ok: false,
      reason: 'rejected',
      code: 'timeout',
      message: `The mutation was ended on the server: it ran for more than ${MUTATOR_MS_MAX} ms. It had no effect.`,
    })
    expect(bad.query('SELECT title FROM items ORDER BY title')).toEqual([{ title: 'after' }, { title: 'before' }])
    expect(await good.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
    expect(good.query('SELECT count(*) AS n FROM items')).toEqual([{ n: 2 }])
    expect(events.filter(({ event }) => event === 'thread-ended')).toEqual([
      {
        event: 'thread-ended',
        thread: 0,
        reason: 'mutator-timeout',
        rooms: expect.arrayContaining(['bad', 'good']),
        mutation: { room: 'bad', clientID: 'bad', mutationID: 2 },
      },
    ])
  })

  test('fails who is on the way in, and leaves it to them what their line is told', async () => {
    const { host } = await openThreadRooms({ mutatorMsMax: MUTATOR_MS_MAX })
    const bad = await comeIn(host, 'one', 'bad')
    bad.push(bad.mutation('loop', { title: 'never' }))
    let [sent, error] = [[] as string[], null as unknown]
    // Those who came before it began to run are in.
    while (error === null) {
      const own: string[] = []
      sent = own
      const meddle = (socket: RoomSocket): RoomSocket => ({ ...socket, send: (frame) => void own.push(frame) })
      error = await Line.intoHost(host, 'one', { meddle }).then(
        () => null,
        (reason: unknown) => reason,
      )
    }
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(sent).toEqual([])
  })
})

/** Has a client do what takes its thread along, until it is told what came of it. Returns how often it had to come again. */
async function insist({ host, told }: TestThreadRooms, room: string, client: TestClient, name: string): Promise<[number, unknown]> {
  const mutation = client.mutation(name)
  for (let times = 0; ; times++) {
    client.push(mutation)
    const poked = await client.line.next()
    if (poked?.type === 'poke') return [times, (poked.outcomes as readonly { outcome: unknown }[])[0]?.outcome]
    expect(poked).toMatchObject({ type: 'refusal', code: 'unavailable' })
    await client.line.ended()
    await told('thread-started', times + 2)
    client.line = await Line.intoHost(host, room)
    await client.greet()
  }
}

describe('[G6] [G10] a thread that dies', () => {
  test.each([
    ['of rows without end', 'rowsWithoutEnd', 'out-of-memory'],
    ['of memory', 'hoard', 'out-of-memory'],
    ['of process.exit', 'exit', 'internal'],
  ])('%s is replaced, and what it ran is rejected when it has done so twice', async (_, name, code) => {
    const opened = await openThreadRooms({ mutatorMsMax: 60_000, heapMbMax: 32 })
    const { host, events } = opened
    const client = await comeIn(host, 'one', 'bad')
    await client.call('addItem', { title: 'tea' })
    expect(await insist(opened, 'one', client, name)).toEqual([2, expect.objectContaining({ ok: false, reason: 'rejected', code })])
    const reason = code === 'internal' ? 'error' : code
    expect(events.flatMap((event) => (event.event === 'thread-ended' ? [event.reason] : []))).toEqual([reason, reason])
    expect(await host.position('one')).toMatchObject({ version: 2 })
  })

  test('of what a mutation was not to blame for is replaced, and nothing is rejected', async () => {
    const { host, events, told } = await openThreadRooms()
    const client = await comeIn(host, 'one', 'one')
    await client.call('followUp', { work: 'throw later' })
    await told('thread-ended')
    await comeAgain(host, 'one', client)
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    expect(events).toContainEqual({
      event: 'thread-ended',
      thread: 0,
      reason: 'error',
      rooms: ['one'],
      error: expect.objectContaining({ message: 'nobody catches this' }),
    })
  })
})

test('[G10] work after a commit that does not end is ended; the commit stands', async () => {
  const { host, events } = await openThreadRooms({ mutatorMsMax: MUTATOR_MS_MAX })
  const client = await comeIn(host, 'one', 'one')
  expect(await client.call('followUp', { work: 'loop' })).toMatchObject({ ok: true })
  await comeAgain(host, 'one', client)
  expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  expect(events).toContainEqual({
    event: 'thread-ended',
    thread: 0,
    reason: 'after-commit-timeout',
    rooms: ['one'],
    mutation: { room: 'one', clientID: 'one', mutationID: 1 },
  })
})

test('[G6] closing ends a mutator that does not end, and what came after it is not lost', async () => {
  const { host, directory } = await openThreadRooms({ mutatorMsMax: MUTATOR_MS_MAX })
  const client = await comeIn(host, 'one', 'one')
  await client.call('addItem', { title: 'tea' })
  const [loop, after] = [client.mutation('loop', { title: 'never' }), client.mutation('addItem', { title: 'after' })]
  client.push(loop, after)
  // It has come to the room before the room is asked to close.
  await host.position('one')
  await host.close()
  expect(await client.refusal()).toMatchObject({ code: 'going-away' })
  const again = await openThreadRooms({ directory, mutatorMsMax: MUTATOR_MS_MAX })
  client.line = await Line.intoHost(again.host, 'one')
  await client.greet()
  client.push(loop, after)
  expect([await client.outcome(2), await client.outcome(3)]).toMatchObject([{ ok: false, code: 'timeout' }, { ok: true }])
})

test('closing as a thread is ended starts no other in its place', async () => {
  const { host, events, told } = await openThreadRooms({ mutatorMsMax: MUTATOR_MS_MAX })
  const client = await comeIn(host, 'one', 'one')
  client.push(client.mutation('loop', { title: 'never' }))
  await told('thread-ended')
  const late = host.position('one')
  late.catch(() => {})
  await host.close()
  await expect(late).rejects.toMatchObject({ code: 'going-away' })
  expect(events.filter(({ event }) => event === 'thread-started')).toHaveLength(1)
})

test('[G10] what waits for a thread is bounded: a line over it is refused, and none besides', async () => {
  const { host } = await openThreadRooms()
  const [greedy, other] = [await comeIn(host, 'one', 'greedy'), await comeIn(host, 'one', 'other')]
  const ping = '{"type":"ping","confirmed":0}'.padEnd(CLIENT_FRAME_LENGTH_MAX)
  const fits = LINE_LENGTH_MAX / CLIENT_FRAME_LENGTH_MAX
  for (let i = 0; i < fits; i++) greedy.line.send(ping)
  for (let i = 0; i < fits; i++) await greedy.expect('pong')
  for (let i = 0; i <= fits; i++) greedy.line.send(ping)
  expect(await greedy.refusal()).toMatchObject({ code: 'overloaded' })
  expect(await other.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
})

describe('what cannot be', () => {
  test('is told before anything is opened: a module that exports no app', async () => {
    await expect(openThreadRooms({ app: new URL('../testing/shop.ts', import.meta.url).href })).rejects.toThrow('does not export an app')
    await expect(openThreadRooms({ app: new URL('../testing/nowhere.ts', import.meta.url).href })).rejects.toThrow('nowhere.ts')
  })

  test('is told when it is tried: what authorize returned is not data', async () => {
    const { host } = await openThreadRooms()
    await expect(Line.intoHost(host, 'one', { auth: { may: () => true } })).rejects.toThrow('Return plain data')
    const client = await comeIn(host, 'one', 'one')
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })
})
