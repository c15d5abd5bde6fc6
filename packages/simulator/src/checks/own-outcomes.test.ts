import { encodePoke, encodePokeBody } from '@savepoint/core'
import { expect, test } from 'vitest'
import { OwnOutcomes } from './own-outcomes.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

test('[G9] outcomes of somebody else', async () => {
  const world = new TinyWorld(shop, [])
  const seed = await world.call('ann', 'add', { title: 'tea' })
  const tell = (client: string, of: string) => () => {
    const outcome = { mutationID: 1, seed: of, outcome: { ok: true, value: '' } } as const
    const text = encodePoke([outcome], encodePokeBody(0, 1, '0'.repeat(16), []))
    new OwnOutcomes().observeFrame({ client, direction: 'down', text }, world)
  }
  tell('ann', seed)()
  tell('bob', 'nobody knows of this one')()
  expect(tell('bob', seed)).toThrow(
    '[G9] Client bob, who is "bob", was sent the outcome of mutation 1, "add" (seed-1-of-ann), which ann called as "ann"',
  )
})
