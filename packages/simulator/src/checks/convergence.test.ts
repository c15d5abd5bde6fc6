import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { Convergence } from './convergence.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function converged(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [new Convergence(new WorldModel())])
  await world.call('ann', 'add', { title: 'Milk', price: 1 })
  await world.call('ann', 'sell', { title: 'Milk' })
  await world.call('bob', 'add', { title: 'Bread' })
  await world.call('bob', 'onlyOnClients')
  await world.commit('ann', 'bob')
  await world.deliver('ann', 'bob')
  return world
}

test('[G3] all hold what the log makes', async () => {
  await (await converged()).rest()
})

test('[G3] a room that holds something else', async () => {
  const world = await converged()
  world.room().database.driver.exec("UPDATE items SET price = 2 WHERE title = 'Milk'")
  await expect(world.rest()).rejects.toThrow(
    /\[G3\] Room room does not hold .* at version 4\. items: the row with id .* has price 2\.0, expected 1\.0/,
  )
})

/** Looks at a world for the first time. */
function atRest(world: TinyWorld): Promise<void> {
  return new Convergence(new WorldModel()).atRest(world)
}

test('[G3] an outcome that the mutator does not come to', async () => {
  const world = await converged()
  const log = world.room().log
  log[3] = { ...(log[3] as (typeof log)[0]), outcome: '{"ok":true,"value":""}' }
  await expect(atRest(world)).rejects.toThrow(
    /"onlyOnClients" .* was confirmed with nothing at version 4 of room room, but .* throws "Not on this server"/,
  )
})

test('[G3] row changes that make something else than the mutators', async () => {
  const world = await converged()
  const log = world.room().log
  log[1] = { ...(log[1] as (typeof log)[0]), changes: '[]' }
  await expect(atRest(world)).rejects.toThrow(
    /The row changes in the log of room room do not make .* items \[".*"\]: the changes make \[.*"Milk",0/,
  )
})

test('[G3] a client at rest with another content, digest or version', async () => {
  const world = await converged()
  const { driver } = world.client('bob')
  driver.exec('DELETE FROM sales')
  await expect(world.rest()).rejects.toThrow(/client bob does not hold .*sales: the row with id 1 is missing/)
  Object.defineProperty(world.client('ann'), 'digest', { value: '0123456789abcdef' })
  await expect(world.rest()).rejects.toThrow('client ann has digest 0123456789abcdef')
  Object.defineProperty(world.client('ann'), 'position', { value: { epoch: 'e1', version: 3 } })
  await expect(world.rest()).rejects.toThrow('client ann has a base at version 3 of epoch e1, and room room is at version 4')
})
