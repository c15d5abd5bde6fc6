import { expect, test } from 'vitest'
import { BaseSurvives } from './base-survives.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

const UP = { type: 'up' } as const

async function based(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new BaseSurvives()])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann')
  await world.emit('ann', UP)
  Object.defineProperty(world.client('ann'), 'position', { value: null })
  return world
}

test('[G7] a base that is gone after a restart', async () => {
  const world = await based()
  await expect(world.emit('ann', UP)).rejects.toThrow('[G7] Client ann had a base when it went down, and has none after its restart')
})

test('[G7] it may be gone if the storage was cleared, or has failed', async () => {
  const cleared = await based()
  await cleared.emit('ann', { type: 'fault', fault: 'clear-storage', about: '' })
  await cleared.emit('ann', UP)
  const failed = await based()
  await failed.emit('ann', { type: 'failed', error: 'SqliteError: disk I/O error' })
  await failed.emit('ann', UP)
})
