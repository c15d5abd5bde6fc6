import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { DigestsAgree } from './digests-agree.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function agreed(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new DigestsAgree(new WorldModel())])
  await world.call('ann', 'add', { title: 'Milk', price: 1 })
  await world.call('ann', 'sell', { title: 'Milk' })
  await world.commit('ann')
  await world.call('ann', 'sell', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  return world
}

test('[G3] the digests of clients, log and model are the same', async () => {
  await (await agreed()).rest()
})

test('[G3] a client with another digest, or within a batch', async () => {
  const world = await agreed()
  const bob = world.client('bob')
  Object.defineProperty(bob, 'digest', { value: '00000000000000ff' })
  await expect(world.step(bob)).rejects.toThrow(
    /\[G3\] Client bob is at version 3 of room room with digest 00000000000000ff, and the log says/,
  )
  Object.defineProperty(bob, 'position', { value: { epoch: 'e1', version: 1 } })
  await expect(world.step(bob)).rejects.toThrow('Client bob is at version 1 of room room, in the middle of a batch')
})

test('[G3] a log whose digest is not that of its content', async () => {
  const world = await agreed()
  const { log } = world.room()
  log[1] = { ...(log[1] as (typeof log)[0]), digest: '00000000000000ff' }
  expect(() => new DigestsAgree(new WorldModel()).atRest(world)).toThrow(
    'The log of room room has digest 00000000000000ff at version 2, and what its mutators make has',
  )
})
