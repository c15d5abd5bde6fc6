import { expect, test } from 'vitest'
import { LiveRows } from './live-rows.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

test('[G8] live queries follow', async () => {
  const world = new TinyWorld(shop, [new LiveRows()])
  await world.call('ann', 'add', { title: 'Milk' })
  await world.commit('ann')
  await world.deliver('ann', 'bob')
})

test('[G8] a live query that was not told', async () => {
  const world = new TinyWorld(shop, [new LiveRows()])
  world.client('ann').hung = []
  await expect(world.call('ann', 'add', { title: 'Milk' })).rejects.toThrow(
    '[G8] A live query of client ann shows 0 rows [], and a query 1 rows',
  )
})
