import { describe, expect, test } from 'vitest'
import { describeRoomHost } from '../rooms/room-host.contract.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { Line } from '../testing/line.ts'
import { openThreadRooms } from '../testing/open-thread-rooms.ts'
import { TestClient } from '../testing/test-client.ts'

/** As long as anything in these tests should take, and longer than any mutation of theirs that ends. */
const MUTATOR_MS_MAX = 500

describeRoomHost('rooms in two threads', async (options) => await openThreadRooms({ ...options, threads: 2 }))

async function comeIn(host: RoomHost, room: string, clientID: string): Promise<TestClient> {
  const { epoch } = await host.position(room)
  return await TestClient.fresh(await Line.intoHost(host, room), epoch, clientID)
}

/** As a client does that is told to come again: says hello on a new line, and pushes what has no outcome. */
async function comeAgain(host: RoomHost, room: string, client: TestClient): Promise<void> {
  expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
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
    await comeAgain(host, 'bad', bad)
    await comeAgain(host, 'good', good)
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
})
