import { expect, test } from 'vitest'
import { dial, start } from '../testing/start.ts'

test('an upgrade of which it cannot be said from where it comes is refused, told of, and harms nobody', async () => {
  const server = await start({
    addressOf: (request) => {
      if (request.url.endsWith('/socket')) throw new Error('no such header')
      return undefined
    },
  })
  await expect(dial(server)).rejects.toThrow('500')
  expect(server.events).toContainEqual({ event: 'request-failed', error: expect.objectContaining({ message: 'no such header' }) })
  expect((await fetch(`${server.url}/rooms/shop/changes?since=0`)).status).toBe(200)
})
