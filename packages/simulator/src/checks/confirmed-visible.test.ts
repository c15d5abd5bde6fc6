import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { ConfirmedVisible } from './confirmed-visible.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'
import { ViewCheck } from './view-check.ts'

function open(): TinyWorld {
  const model = new WorldModel()
  return new TinyWorld(shop, [new ConfirmedVisible(model, new ViewCheck(model))])
}

const CONFIRMED = { type: 'settled', id: 'seed-1-of-ann', mutationID: 1, name: 'add' } as const

test('[G8] what is confirmed is in the base, and shown', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann')
})

test('[G8] an outcome that is told before the base holds it', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await expect(world.emit('ann', { ...CONFIRMED, outcome: { ok: true, value: '' } })).rejects.toThrow(
    '[G8] Client ann was told that "add" (seed-1-of-ann) is confirmed, which it is at version 1, while its base is at 0',
  )
})

test('[G8] an outcome that is told while queries show something else', async () => {
  const world = open()
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann')
  world.client('ann').driver.exec("UPDATE items SET title = 'Cream'")
  await expect(world.emit('ann', { ...CONFIRMED, outcome: { ok: true, value: '' } })).rejects.toThrow(
    /\[G8\] Client ann was told that "add" .* is confirmed, but Client ann shows .* has title "Cream", expected "Milk"/,
  )
})
