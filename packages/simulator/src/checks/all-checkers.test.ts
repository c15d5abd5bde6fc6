import { defineMutators, type MutatorDefinitions, type Tx } from '@savepoint/core'
import { expect, test } from 'vitest'
import type { AppVersion } from '../app.ts'
import { randomOf } from '../random.ts'
import { allCheckers } from './all-checkers.ts'
import { shop } from './shop-app.contract.ts'
import { TinyWorld } from './tiny-world.contract.ts'

const TITLES = ['Milk', 'Bread', 'Jam', 'Tea']
const CLIENTS = ['ann', 'bob', 'cid']

/** Some hundred calls, batches and deliveries, and then all comes to rest. */
async function run(app: AppVersion, seed: string, steps = 150): Promise<void> {
  const random = randomOf(seed, 'steps')
  const checkers = allCheckers()
  const world = new TinyWorld(app, checkers, Object.fromEntries(CLIENTS.map((name) => [name, 'room'])))
  try {
    for (let i = 0; i < steps; i++) {
      const client = random.pick(CLIENTS)
      if (random.chance(0.4))
        await world.call(client, random.pick(['add', 'sell', 'sell', 'remove', 'onlyOnClients']), { title: random.pick(TITLES) })
      else if (random.chance(0.5)) await world.commit(client, random.pick(CLIENTS.filter((name) => name !== client)))
      else await world.deliver(client)
    }
    await world.commit(...CLIENTS)
    await world.deliver(...CLIENTS)
    await world.rest()
  } finally {
    for (const checker of checkers) checker.dispose?.()
  }
}

test('[G3] nothing is found in worlds where all is well', async () => {
  for (let i = 0; i < 10; i++) await run(shop, `well ${i}`)
})

test('[G3] a mutator that is not deterministic is named, and not the engine', async () => {
  const { definitions } = shop.mutators
  const sell = (tx: Tx, { title }: { title: string }) => void tx.run('UPDATE items SET count = ? WHERE title = ?', [Math.random(), title])
  const mutators = defineMutators({ ...definitions, sell } as MutatorDefinitions)
  await expect(run({ ...shop, mutators }, 'chance')).rejects.toThrow(
    /Mutator "sell" is not deterministic: .* items\.count of the row with id .* It asks Math\.random\(\): use tx\.random\(\) or tx\.id\(\) instead\. Because of it: Client \w+ shows/,
  )
})

test('[G3] a server may override mutators, as long as it does the same on each run', async () => {
  let calls = 0
  const sell = (tx: Tx) => tx.reject('closed', 'The shop is closed')
  await run({ ...shop, serverMutators: { sell } }, 'closed')
  const counting = (tx: Tx) => void tx.run('UPDATE items SET count = ?', [++calls])
  await expect(run({ ...shop, serverMutators: { sell: counting } }, 'counting')).rejects.toThrow(
    /"sell" is not deterministic: .* a variable of its module/,
  )
})
