import { expect, test } from 'vitest'
import { join, start } from '../testing/start.ts'

test('changes that are long come whole, wherever they are cut on the way', async () => {
  const server = await start()
  const client = await join(server)
  // Two units of UTF-16 each, so that some stand across the end of a piece.
  const title = '🍵'.repeat(100_000)
  await client.call('addItem', { title })
  await client.call('addItem', { title: `x${title}` })
  const found = (await (await fetch(`${server.url}/rooms/shop/changes?since=0`)).json()) as { patch: [[string, [string, string][]]] }
  expect(found.patch[0][1].map(([, found]) => found).sort()).toEqual([`x${title}`, title].sort())
})

test('changes of one row are merged', async () => {
  const server = await start()
  const client = await join(server)
  await client.call('addItem', { title: 'tea', stock: 1 })
  for (let i = 0; i < 5; i++) await client.call('restock', { title: 'tea', by: 1 })
  await client.call('addItem', { title: 'gone' })
  await client.call('drop', { title: 'gone' })
  const found = await (await fetch(`${server.url}/rooms/shop/changes?since=1`)).json()
  expect(found).toMatchObject({ from: 1, to: 8, patch: [['items', [[expect.any(String), 'tea', 6]], [expect.anything()]]] })
})
