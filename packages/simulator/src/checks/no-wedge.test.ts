import { defineSchema } from '@savepoint/core'
import { expect, test } from 'vitest'
import { NoWedge, neverAtRest } from './no-wedge.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function drained(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new NoWedge()])
  await world.call('ann', 'onlyOnClients')
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  return world
}

test('[G6] all have drained, also behind a mutation that was rejected', async () => {
  await (await drained()).rest()
})

test('[G6] a client with something pending', async () => {
  const world = await drained()
  await world.call('bob', 'add', { title: 'Tea' })
  await expect(world.rest()).rejects.toThrow(
    '[G6] Client bob is live at rest, with 1 pending, the first of which is "add" {"json":{"title":"Tea"}} (seed-3-of-bob)',
  )
})

test('[G6] a client that is not live, or not where the room is', async () => {
  const world = await drained()
  world.client('bob').connection = 'offline'
  await expect(world.rest()).rejects.toThrow('Client bob is offline at rest, with 0 pending')
  world.client('bob').connection = 'live'
  Object.defineProperty(world.client('bob'), 'position', { value: null })
  await expect(world.rest()).rejects.toThrow('Client bob is live, but at no version; room room is at version 2 of epoch e1')
})

test('[G6] a refusal is right only if the schemas differ', async () => {
  const world = await drained()
  world.client('bob').connection = 'refused'
  await expect(world.rest()).rejects.toThrow('Client bob is refused at rest')
  const schema = defineSchema({ name: 'shop', version: 2, sql: shop.schema.sql })
  Object.defineProperty(world.client('bob'), 'app', { value: { ...shop, schema } })
  await world.rest()
})

test('[G6] a world that does not come to rest: where all stand, and what waits first', async () => {
  const world = await drained()
  await world.call('bob', 'add', { title: 'Tea' })
  world.client('ann').isUp = false
  expect(neverAtRest(world, 300_000).message).toBe(
    '[G6] 300000 ms after the last fault, not all is drained: ann is down; bob is live at version 2 with 1 pending, the first of which is "add" {"json":{"title":"Tea"}} (seed-3-of-bob); room room is at version 2',
  )
})
