import { expect, test } from 'vitest'
import { readLimits } from '../limits.ts'
import { openTestRoom } from '../testing/open-room.ts'

test('[G10] a mutation changes so many rows, and one of more is rejected alone', async () => {
  const setting = await openTestRoom({ mutationLimits: { ...readLimits(), rowsPerMutation: 10 } })
  const client = await setting.client()
  client.push(
    client.mutation('addMany', { count: 10, length: 1 }),
    client.mutation('addMany', { count: 11, length: 1 }),
    client.mutation('addItem', { title: 'tea' }),
  )
  expect(await client.outcome(3)).toMatchObject({ ok: true })
  expect(client.outcomes.get(1)?.outcome).toMatchObject({ ok: true })
  expect(client.outcomes.get(2)?.outcome).toMatchObject({
    ok: false,
    reason: 'rejected',
    code: 'too-large',
    message: expect.stringContaining('11 changed rows; the limit is 10'),
  })
  expect(client.query('SELECT count(*) AS count FROM items')).toEqual([{ count: 11 }])
})

test('[G10] and so many characters', async () => {
  const { room, client: join } = await openTestRoom({ mutationLimits: { ...readLimits(), changesPerMutation: 2000 } })
  const client = await join()
  expect(await client.call('addMany', { count: 1, length: 1500 })).toMatchObject({ ok: true })
  expect(await client.call('addMany', { count: 1, length: 2000 })).toMatchObject({ ok: false, code: 'too-large' })
  expect(client.digest).toBe(room.position.digest)
})
