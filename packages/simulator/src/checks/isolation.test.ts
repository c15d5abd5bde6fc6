import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { Isolation } from './isolation.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

async function twoRooms(): Promise<{ world: TinyWorld; isolation: Isolation }> {
  const isolation = new Isolation(new WorldModel())
  const world = new TinyWorld(shop, [isolation], { ann: 'north', bob: 'south' })
  await world.emit('ann', { type: 'up', clientID: 'client-id-of-ann-in-north' })
  await world.call('ann', 'add', { title: 'north-canary-0123456789' })
  await world.call('bob', 'add', { title: 'both-rooms-know-this' })
  await world.call('ann', 'add', { title: 'both-rooms-know-this' })
  await world.commit('ann')
  await world.commit('bob')
  return { world, isolation }
}

test('[G9] rooms that know nothing of each other', async () => {
  const { world, isolation } = await twoRooms()
  isolation.observeFrame({ client: 'ann', direction: 'down', text: '"north-canary-0123456789","client-id-of-ann-in-north"' }, world)
  isolation.observeFrame({ client: 'bob', direction: 'down', text: '"both-rooms-know-this"' }, world)
  isolation.observeFrame({ client: 'bob', direction: 'up', text: '"north-canary-0123456789"' }, world)
  await world.rest()
})

test.each(['north-canary-0123456789', 'seed-3-of-ann-is-another', 'client-id-of-ann-in-north'])(
  '[G9] a frame with %s of another room',
  async (word) => {
    const { world, isolation } = await twoRooms()
    world.calls.set('seed-3-of-ann-is-another', {
      ...(world.calls.get('seed-1-of-ann') as never as object),
      id: 'seed-3-of-ann-is-another',
    } as never)
    expect(() => isolation.observeFrame({ client: 'bob', direction: 'down', text: `{"x":"${word}"}` }, world)).toThrow(
      `[G9] Client bob of room south was sent "${word}", which is room north's`,
    )
  },
)

test('[G9] a log with a call, or a client, of another room', async () => {
  const { world } = await twoRooms()
  const [north, south] = [world.room('north'), world.room('south')]
  const entry = south.log[0] as (typeof south.log)[0]
  south.log = [entry, { ...entry, version: 2, clientID: 'client-id-of-ann-in-north' }]
  await expect(world.rest()).rejects.toThrow(
    'Room south has at version 2 "add" of client-id-of-ann-in-north, who is a client of room north',
  )
  north.log = [...north.log, { ...entry, version: 3 }]
  const fresh = new Isolation(new WorldModel())
  expect(() => fresh.atRest(world)).toThrow('Room north has at version 3 "add" (seed-2-of-bob), which client bob called in room south')
})
