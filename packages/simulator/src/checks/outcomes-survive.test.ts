import { expect, test } from 'vitest'
import { OutcomesSurvive } from './outcomes-survive.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

const UP = { type: 'up' } as const
const UNKNOWN = {
  type: 'settled',
  id: 'seed-1-of-ann',
  mutationID: 1,
  name: 'add',
  outcome: { ok: false, reason: 'rejected', code: 'outcome-unknown', message: '' },
} as const

async function settled(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new OutcomesSurvive()])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann')
  return world
}

test('[G5] an outcome can be looked up after a restart', async () => {
  const world = await settled()
  await world.emit('ann', UP)
})

test('[G5] an outcome that is gone after a restart', async () => {
  const world = await settled()
  world.client('ann').records = []
  await expect(world.emit('ann', UP)).rejects.toThrow(
    '[G5] Client ann was told that seed-1-of-ann was confirmed, and after a restart it is not known there',
  )
})

test('[G5] outcomes on a storage that was cleared, or only in memory, may be gone', async () => {
  const cleared = await settled()
  cleared.client('ann').records = []
  await cleared.emit('ann', { type: 'fault', fault: 'clear-storage', about: '' })
  await cleared.emit('ann', UP)
  const memory = await settled()
  memory.client('ann').records = []
  memory.client('ann').storage = 'memory'
  await memory.emit('ann', { type: 'down', why: 'killed' })
  await memory.emit('ann', UP)
})

test('[G5] an outcome that is said to be unknown, and is in the log', async () => {
  const world = await settled()
  await expect(world.emit('ann', UNKNOWN)).rejects.toThrow('is unknown, and room room has it at version 1')
  world.room().floor = 1
  await world.emit('ann', UNKNOWN)
})

test('[G5] an outcome that is said to be unknown, of a mutation that was never processed', async () => {
  const world = new TinyWorld(shop, [new OutcomesSurvive()])
  await world.call('ann', 'add', { title: 'Milk' })
  await expect(world.emit('ann', UNKNOWN)).rejects.toThrow('is unknown, and no log ever had it')
  await world.emit('server', { type: 'fault', fault: 'restore', about: '' })
  await world.emit('ann', UNKNOWN)
})
