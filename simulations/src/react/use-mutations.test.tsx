import './dom.contract.ts'
import type { MutationList } from '@savepoint/react'
import { cleanup } from '@testing-library/react'
import { expect, test } from 'vitest'
import { isSettled, until } from '../client/world.contract.ts'
import { RemoteClient } from './remote-client.contract.ts'
import { show, shows, stageForEach, text, useMutations, useStatus } from './stage.contract.tsx'

const stage = stageForEach()

test.each(['in place', 'behind messages'])(
  'the inbox of failures is there after a reload; what it retries or dismisses is gone: %s',
  async (where) => {
    const { world } = stage()
    const directory = world.directory()
    const before = await world.client({ directory })
    before.mutate.rejectedByServer({ name: 'Milk' })
    before.mutate.rejectedByServer({ name: 'Rum' })
    before.mutate.add({ name: 'Bread' })
    await until(() => isSettled(before))
    await before.close()

    const client = await world.client({ directory })
    let inbox = {} as MutationList
    let renders = 0
    function Inbox() {
      inbox = useMutations({ status: 'rejected' })
      renders++
      return (
        <ul>
          {inbox.records.map(({ id, args, failure }) => (
            <li key={id}>{`${(args as { name: string }).name}: ${failure?.message};`}</li>
          ))}
        </ul>
      )
    }
    show(where === 'in place' ? client : new RemoteClient(client), <Inbox />)
    await shows('Milk: Milk is not wanted;Rum: Rum is not wanted;')
    const [milk, rum] = inbox.records
    if (milk === undefined || rum === undefined) throw new Error('The inbox is empty')

    renders = 0
    const { id } = client.mutate.add({ name: 'Bread' })
    await until(() => isSettled(client) && client.mutations().some((record) => record.id === id))
    expect(renders).toBe(0)

    await inbox.dismiss(rum)
    await shows('Milk: Milk is not wanted;')
    expect(inbox.records[0]).toBe(milk)
    const again = inbox.retry(milk)
    await until(() => inbox.records.length === 1 && inbox.records[0]?.id === again.id)
    cleanup()
  },
)

test.each(['in place', 'behind messages'])('of several statuses the last ones, as objects that stay: %s', async (where) => {
  const { world } = stage()
  const client = await world.client()
  let list = {} as MutationList
  function Last() {
    list = useMutations({ status: ['confirmed', 'rejected'], limit: 2 })
    return list.records.map(({ args, status }) => `${(args as { name: string }).name} ${status};`).join('')
  }
  show(where === 'in place' ? client : new RemoteClient(client), <Last />)
  client.mutate.add({ name: 'Milk' })
  client.mutate.rejectedByServer({ name: 'Rum' })
  await shows('Milk confirmed;Rum rejected;')
  const [, rum] = list.records
  client.mutate.add({ name: 'Bread' })
  await shows('Rum rejected;Bread confirmed;')
  expect(list.records[0]).toBe(rum)
  cleanup()
})

test('all, and what is pending, with how far it is', async () => {
  const client = await stage().client()
  client.stop()
  function Lists() {
    const [all, pending] = [useMutations(), useMutations({ status: 'pending' })]
    return `${all.records.length} ${pending.records.map(({ name, isSent }) => `${name} ${isSent}`).join()} ${useStatus().pending}`
  }
  show(client, <Lists />)
  expect(text()).toBe('0  0')
  client.mutate.add({ name: 'Milk' })
  await shows('1 add false 1')
  client.start()
  await shows('1  0')
})
