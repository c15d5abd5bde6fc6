import { CLIENT_FRAME_LENGTH_MAX, encodeFrame, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import { expect, test } from 'vitest'
import { Bounds } from './bounds.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

function push(from: number, to: number, confirmed: number): string {
  const mutation = (mutationID: number) => ({ mutationID, name: 'a', args: '', createdAt: 0, seed: 's' })
  return encodeFrame({ type: 'push', mutations: Array.from({ length: to - from + 1 }, (_, i) => mutation(from + i)), confirmed })
}

const up = (text: string) => () => new Bounds().observeFrame({ client: 'ann', direction: 'up', text })
const down = (text: string) => () => new Bounds().observeFrame({ client: 'ann', direction: 'down', text })

test('[G10] frames up to their limits are fine, and no longer ones', () => {
  up(' '.repeat(CLIENT_FRAME_LENGTH_MAX))()
  down(' '.repeat(CLIENT_FRAME_LENGTH_MAX + 1))()
  expect(up(' '.repeat(CLIENT_FRAME_LENGTH_MAX + 1))).toThrow('[G10] Client ann sent a frame of 1048577 characters; the limit is 1048576')
  expect(down(' '.repeat(SERVER_FRAME_LENGTH_MAX + 1))).toThrow('Client ann was sent a frame of 16777217 characters; the limit is 16777216')
})

test('[G10] pushes, and what is on its way', () => {
  up(push(1, 1000, 0))()
  up(push(1001, 2000, 0))()
  expect(up(push(1001, 2001, 1))).toThrow('Client ann pushed 1001 mutations at once; the limit is 1000')
  expect(up(push(1002, 2001, 0))).toThrow('Client ann has 2001 mutations on their way; the limit is 2000')
})

test('[G10] pending', async () => {
  const world = new TinyWorld(shop, [new Bounds()])
  await world.step(world.client('ann'))
  Object.defineProperty(world.client('ann'), 'pendingCount', { value: 100_001 })
  await expect(world.step(world.client('ann'))).rejects.toThrow('Client ann has 100001 pending; the limit is 100000')
})

test('[G10] attempts to connect', () => {
  const bounds = new Bounds()
  const attempt = (at: number) => {
    for (const connection of ['connecting', 'connecting', 'offline'])
      bounds.observe({ at, node: 'ann', type: 'status', connection, version: null, pending: 0 })
  }
  for (let i = 0; i < 100; i++) attempt(i * 2000)
  for (let i = 0; i < 100; i++) {
    attempt(200_000 + i)
    if (i % 20 === 0) bounds.observe({ at: 200_000 + i, node: 'ann', type: 'up' })
  }
  expect(() => {
    for (let i = 0; i < 31; i++) attempt(300_000 + i)
  }).toThrow('Client ann has tried to connect 31 times within a minute; more than 30 is a storm')
})

test('[G10] what was pushed is not pushed again, but after another hello', () => {
  const bounds = new Bounds()
  const send = (text: string) => bounds.observeFrame({ client: 'ann', direction: 'up', text })
  send(push(1, 3, 0))
  send(push(4, 4, 0))
  send('{"type":"hello"}')
  send(push(3, 4, 2))
  expect(() => send(push(4, 5, 2))).toThrow('Client ann pushed mutation 4 again, having pushed up to 4 since it said hello')
})
