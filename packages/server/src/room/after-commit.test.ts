import { expect, test } from 'vitest'
import { join, start } from '../testing/start.ts'
import type { CommittedMutation } from './after-commit.ts'

test('afterCommit is called once for each mutation that took effect, in order, and what it throws harms nobody', async () => {
  const calls: CommittedMutation[] = []
  const server = await start({
    afterCommit(mutation) {
      calls.push(mutation)
      if (mutation.mutationID === 1) throw new Error('mail server down')
      return Promise.reject(new Error('later'))
    },
  })
  const client = await join(server)
  const mutations = [
    client.mutation('addItem', { title: 'tea' }),
    client.mutation('explode', { title: 'x' }),
    client.mutation('restock', { title: 'tea', by: 2 }),
  ]
  client.push(...mutations)
  await client.outcome(3)
  client.push(...mutations)
  await client.call('addItem', { title: 'milk' })
  expect(calls.map(({ room, version, name, args, value }) => ({ room, version, name, args, value }))).toEqual([
    { room: 'shop', version: 1, name: 'addItem', args: { title: 'tea' }, value: expect.any(String) },
    { room: 'shop', version: 3, name: 'restock', args: { title: 'tea', by: 2 }, value: 1 },
    { room: 'shop', version: 4, name: 'addItem', args: { title: 'milk' }, value: expect.any(String) },
  ])
  expect(server.events.filter(({ event }) => event === 'after-commit-failed')).toHaveLength(3)
})
