import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { Order } from './order.ts'
import { shop } from './shop-app.contract.ts'
import { type TinyRoom, TinyWorld } from './tiny-world.contract.ts'

async function committed(): Promise<TinyWorld> {
  const world = new TinyWorld(shop, [])
  for (const title of ['Milk', 'Bread', 'Jam']) await world.call('ann', 'add', { title })
  await world.call('bob', 'add', { title: 'Tea' })
  await world.commit('ann', 'bob')
  return world
}

/** Looks at a world whose log has been changed. */
function verdict(world: TinyWorld, change: (room: TinyRoom) => void): () => void {
  change(world.room())
  return () => new Order(new WorldModel()).atRest(world)
}

test('[G2] IDs without a gap, and calls in their order, are fine', async () => {
  verdict(await committed(), () => {})()
})

test('[G2] a clientID of a fork begins at 1, and goes on with the calls', async () => {
  const world = await committed()
  verdict(world, ({ log }) => {
    const [, second, third] = log
    if (second !== undefined) log[1] = { ...second, clientID: 'other', mutationID: 1, previous: 0 }
    if (third !== undefined) log[2] = { ...third, clientID: 'other', mutationID: 2, previous: 2 }
  })()
})

test('[G2] a gap, a step back, and a wrong link to the one before', async () => {
  const at = async (i: number, changed: object) =>
    verdict(await committed(), ({ log }) => {
      log[i] = { ...(log[i] as (typeof log)[0]), ...changed }
    })
  expect(await at(2, { mutationID: 4 })).toThrow('[G2] id-of-ann/4 "add" was run at version 3 of room room, where id-of-ann/3 was due')
  expect(await at(1, { mutationID: 1 })).toThrow('id-of-ann/1 "add" was run at version 2 of room room, where id-of-ann/2 was due')
  expect(await at(2, { previous: 1 })).toThrow(
    "id-of-ann/3 at version 3 of room room says that the client's last was version 1, but it was 2",
  )
})

test('[G2] calls that changed places', async () => {
  const swapped = verdict(await committed(), ({ log }) => {
    const [first, second] = log as [(typeof log)[0], (typeof log)[0]]
    log[0] = { ...first, seed: second.seed }
    log[1] = { ...second, seed: first.seed }
  })
  expect(swapped).toThrow('Call 1 of client ann, "add" (seed-1-of-ann), was run at version 2 of room room, after its call 2')
})
