import { SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import { expect, test } from 'vitest'
import { openTestRoom } from '../testing/open-room.ts'

test('[G10] mutations of many changes or results are not put together into a poke that no client would take', async () => {
  const setting = await openTestRoom()
  const client = await setting.client()
  const small = Array.from({ length: 8 }, (_, i) => client.mutation('addItem', { title: `small ${i}` }))
  const large = Array.from({ length: 12 }, () => client.mutation('addMany', { count: 30, length: 100_000 }))
  const long = Array.from({ length: 40 }, () => client.mutation('long', { length: 250_000 }))
  client.push(...small, ...large, ...long)
  let settled = 0
  while (settled < 60) {
    const poke = await client.poke()
    expect(JSON.stringify(poke).length).toBeLessThan(SERVER_FRAME_LENGTH_MAX)
    settled += poke.outcomes.length
    // What a poke's changes come from is told with it, so that no client runs it once more on top of them.
    expect(poke.outcomes.at(-1)?.mutationID).toBe(poke.to)
  }
  expect(client.query('SELECT count(*) AS count FROM items')).toEqual([{ count: 368 }])
  expect(client.digest).toBe(setting.room.position.digest)
})
