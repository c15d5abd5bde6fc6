import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { NeverHalf } from './never-half.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'
import { ViewCheck } from './view-check.ts'

function open(): TinyWorld {
  const model = new WorldModel()
  return new TinyWorld(shop, [new NeverHalf(model, new ViewCheck(model))])
}

test('[G7] a view is the base and what is pending, after each step', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk', price: 1 })
  await world.call('ann', 'sell', { title: 'Milk' })
  await world.call('bob', 'add', { title: 'Bread' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  await world.call('bob', 'sell', { title: 'Milk' })
  await world.call('ann', 'remove', { title: 'Milk' })
  await world.commit('ann', 'bob')
  await world.call('bob', 'onlyOnClients')
  await world.deliver('bob', 'ann')
  await world.commit('bob')
  await world.deliver('bob', 'ann')
  await world.rest()
})

test('[G7] a row that is not as it should be is named, with what was pending', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  await world.call('bob', 'sell', { title: 'Milk' })
  world.client('bob').driver.exec('UPDATE items SET count = 7')
  await expect(world.step(world.client('bob'))).rejects.toThrow(
    /\[G7\] Client bob shows what it should not, on version 1 of epoch e1\. items: the row with id "\S+" has count 7, expected 1\. Pending were: 1 "sell" /,
  )
})

test('[G7] a prediction that is lost, and one that is shown twice, are noticed', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  world.client('ann').driver.exec('ROLLBACK')
  await expect(world.step(world.client('ann'))).rejects.toThrow(
    /items: the row with id .* is missing; it should be \[.*"Milk",0,null,null\]/,
  )
})

test('[G7] a version does not go back, but in another epoch', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann')
  const ann = world.client('ann')
  await expect(
    world.emit('ann', { type: 'advanced', from: 1, to: 0, rebased: true, undone: 0, replayed: [], lastMutationID: 0 }),
  ).rejects.toThrow('Client ann went back from version 1 to 0 of epoch e1')
  Object.defineProperty(ann, 'position', { value: { epoch: 'e1', version: 0 } })
  await expect(world.step(ann)).rejects.toThrow('Client ann went back from version 1 to 0 of epoch e1')
})

test('[G7] a row in a table that nobody has touched is found a few steps later', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
  const bob = world.client('bob')
  bob.driver.exec("UPDATE items SET title = 'Cream'")
  const steps = async () => {
    for (let i = 0; i < 16; i++) await world.step(bob)
  }
  await expect(steps()).rejects.toThrow('has title "Cream", expected "Milk"')
})
