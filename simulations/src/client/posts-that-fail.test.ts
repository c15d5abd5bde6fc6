import { afterEach, expect, test } from 'vitest'
import type { Fate } from './tcp-proxy.contract.ts'
import { isSettled, TRANSPORT, until, World } from './world.contract.ts'

let world: World
afterEach(() => world.close())

/** Over a socket there are no posts, and these say the same of a line that holds. */
test.each<[string, Fate]>([
  ['whose answer is lost', { cutDownAt: 0 }],
  ['whose answer breaks off', { cutDownAt: 60 }],
  ['that breaks off in its head', { cutUpAt: 100 }],
  ['that breaks off in its body', { cutUpAt: 420 }],
])('[G1] [G2] every other post is one %s', async (_, fate) => {
  world = await World.open()
  world.proxy.fateOf = (kind, count) => (kind === 'post' && count < 24 && count % 2 === 0 ? fate : {})
  const client = await world.client()
  const handles = []
  for (let number = 1; number <= 30; number++) {
    handles.push(client.mutate.call({ who: 'me', number }))
    if (number % 3 === 0) await until(() => client.status.connection === 'offline' || isSettled(client))
    // Attempts wait longer each time; the test need not.
    if (client.status.connection === 'offline') client.start()
  }
  await until(() => {
    if (client.status.connection === 'offline') client.start()
    return isSettled(client)
  })
  for (const { confirmed } of handles) expect(await confirmed).toMatchObject({ ok: true })
  await world.converged(client)
  expect(world.server().rows('SELECT number FROM calls ORDER BY id')).toEqual(Array.from({ length: 30 }, (_, i) => ({ number: i + 1 })))
  expect(world.proxy.counts.post > 12).toBe(TRANSPORT === 'http')
  expect(client.status.transport).toBe(TRANSPORT)
})
