import { expect, test } from 'vitest'
import { PendingSurvives } from './pending-survives.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function pending(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new PendingSurvives()])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.call('ann', 'add', { title: 'Bread' })
  // It fails at once: there is nothing to keep.
  await world.call('ann', 'sell', { title: 'Jam' })
  return world
}

const UP = { type: 'up' } as const

test('[G5] what is pending stays so over a restart, and is settled then', async () => {
  const world = await pending()
  await world.emit('ann', { type: 'down', why: 'killed' })
  await world.emit('ann', UP)
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  await world.rest()
})

test('[G5] a mutation that is lost in a restart', async () => {
  const world = await pending()
  world.client('ann').pending.pop()
  await expect(world.emit('ann', UP)).rejects.toThrow(
    '[G5] "add" of client ann (seed-2-of-ann) was durable, and is neither pending nor settled now. Arguments: {"json":{"title":"Bread"}}',
  )
})

test('[G5] a mutation that vanishes while the client is up', async () => {
  const world = await pending()
  world.client('ann').pending.shift()
  await expect(world.step(world.client('ann'))).rejects.toThrow('"add" of client ann (seed-1-of-ann) was durable')
})

test('[G5] a mutation without an outcome at rest', async () => {
  const world = await pending()
  await expect(world.rest()).rejects.toThrow('"add" of client ann (seed-1-of-ann) has no outcome at rest')
})

test('[G5] what was cancelled, cleared or only in memory may be gone', async () => {
  const cancelled = await pending()
  cancelled.client('ann').pending.pop()
  await cancelled.emit('ann', { type: 'cancelled', id: 'seed-2-of-ann' })
  await cancelled.emit('ann', UP)
  const cleared = await pending()
  cleared.client('ann').pending = []
  await cleared.emit('ann', { type: 'fault', fault: 'clear-storage', about: '' })
  await cleared.emit('ann', UP)
  const memory = await pending()
  const ann = memory.client('ann')
  ann.storage = 'memory'
  ann.pending = []
  await memory.emit('ann', { type: 'down', why: 'killed' })
  await memory.emit('ann', UP)
  for (const world of [cleared, memory]) await world.rest()
})
