import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { Durable } from './durable.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function told(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new Durable(new WorldModel())])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.call('ann', 'add', { title: 'Bread' })
  await world.commit('ann')
  await world.deliver('ann')
  return world
}

const LOST = /\[G4\] Room room has lost version 2 of epoch e1, which was committed: "add" id-of-ann\/2/

test('[G4] a log that keeps what it had', async () => {
  const world = await told()
  await world.emit('server', { type: 'down', why: 'killed' })
  world.room().isUp = false
  await world.emit('server', { type: 'up' })
  world.room().isUp = true
  await world.rest()
})

test('[G4] an entry that is gone, or another, after a crash', async () => {
  const world = await told()
  const entry = world.room().log.pop()
  await expect(world.emit('server', { type: 'up' })).rejects.toThrow(LOST)
  world.room().log.push({ ...(entry as NonNullable<typeof entry>), seed: 'another' })
  await expect(world.rest()).rejects.toThrow(LOST)
})

test('[G4] an entry in the middle that has changed', async () => {
  const world = await told()
  const { log } = world.room()
  log[0] = { ...(log[0] as (typeof log)[0]), outcome: '{"ok":true,"value":"1"}' }
  await expect(world.rest()).rejects.toThrow('Room room has lost version 1')
})

test('[G4] a restore may lose entries, under another epoch; nothing else may', async () => {
  const world = await told()
  const room = world.room()
  const { log } = room
  room.epoch = 'e2'
  room.log = log.slice(0, 1)
  await expect(world.emit('server', { type: 'up' })).rejects.toThrow('Room room has begun epoch e2 after e1, though nothing was restored')
  await world.emit('server', { type: 'fault', fault: 'restore', about: '' })
  room.epoch = 'e3'
  await world.emit('server', { type: 'up' })
  await world.rest()
})

test('[G4] a client that was brought to what is not durable yet', async () => {
  const world = await told()
  const bob = world.client('bob')
  Object.defineProperty(bob, 'position', { value: { epoch: 'e1', version: 3 } })
  await expect(world.step(bob)).rejects.toThrow('Client bob stands at version 3 of epoch e1, of which room room has made only 2 durable')
})
