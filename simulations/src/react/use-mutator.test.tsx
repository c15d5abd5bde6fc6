import './dom.contract.ts'
import type { MutatorState } from '@savepoint/react'
import { useLayoutEffect } from 'react'
import { describe, expect, test } from 'vitest'
import { isSettled, until } from '../client/world.contract.ts'
import { asText, ITEMS, type Item, show, shows, stageForEach, useMutator, useQuery } from './stage.contract.tsx'

const stage = stageForEach()

type Definitions = Parameters<typeof useMutator>[0]

/** A component that calls one mutator, and what it has shown. */
function caller<Name extends Definitions>(name: Name) {
  const seen: string[] = []
  const hook = {} as { call: ReturnType<typeof useMutator<Name>>[0]; state: MutatorState }
  function Caller() {
    const [call, state] = useMutator(name)
    useLayoutEffect(() => {
      if (hook.call !== undefined) expect(call).toBe(hook.call)
      Object.assign(hook, { call, state })
      const line = [state.status, state.phase, state.pendingCount, state.error?.code].join(' ').trim()
      if (seen.at(-1) !== line) seen.push(line)
    })
    return null
  }
  return { hook, seen, Caller }
}

const Items = () => <p>{asText(useQuery<Item>(ITEMS).rows)}</p>

describe.each(['in place', 'behind messages'])('%s', (where) => {
  async function open() {
    const { client, remote } = await stage().remote()
    return { client, provided: where === 'in place' ? client : remote }
  }

  test('a call goes its way, and gives its handle', async () => {
    const { client, provided } = await open()
    const { hook, seen, Caller } = caller('add')
    show(provided, [<Caller key="c" />, <Items key="i" />])
    expect(hook.state).toMatchObject({ status: 'idle', phase: null, pendingCount: 0, oldestPendingAt: null, oldestPendingMs: null })
    client.stop()
    const before = Date.now()
    const handle = hook.call({ name: 'Milk' })
    hook.call({ name: 'Milk' })
    await shows('Milk 2')
    expect(hook.state).toMatchObject({ status: 'pending', phase: 'queued', pendingCount: 2 })
    expect(hook.state.oldestPendingAt).toBeGreaterThanOrEqual(before)
    expect(hook.state.oldestPendingMs).toBeGreaterThanOrEqual(0)
    client.start()
    expect(await handle.confirmed).toMatchObject({ ok: true, value: 1 })
    await until(() => hook.state.status === 'confirmed')
    expect(seen).toContain('pending sent 2')
    expect(seen[0]).toBe('idle  0')
    expect(seen.at(-1)).toBe('confirmed confirmed 0')
  })

  test('a refusal is an error until it is dismissed, here and in the durable list', async () => {
    const { client, provided } = await open()
    const { hook, seen, Caller } = caller('rejectedByServer')
    show(provided, [<Caller key="c" />, <Items key="i" />])
    client.stop()
    hook.call({ name: 'Milk' })
    await shows('Milk 0')
    client.start()
    await until(() => hook.state.status === 'rejected')
    await shows('')
    expect(hook.state.error).toMatchObject({ reason: 'rejected', code: 'not-here', message: 'Milk is not wanted' })
    expect(client.mutations()).toMatchObject([{ status: 'rejected' }])
    await hook.state.dismiss()
    expect(client.mutations()).toEqual([])
    await until(() => hook.state.status === 'idle')
    expect(hook.state.error).toBeUndefined()
    expect(seen.filter((line) => line.startsWith('rejected'))).toEqual(['rejected  0 not-here'])
  })

  test('retry calls again with the same arguments, all that failed, and their records are gone', async () => {
    const { client, provided } = await open()
    const { hook, seen, Caller } = caller('rejectedByServer')
    show(provided, <Caller />)
    hook.call({ name: 'Tea' })
    hook.call({ name: 'Rum' })
    await until(() => hook.state.status === 'rejected')
    expect(client.mutations().map(({ args }) => args)).toEqual([{ name: 'Tea' }, { name: 'Rum' }])
    const first = client.mutations().map(({ id }) => id)
    const again = hook.state.retry()
    expect(again).toHaveLength(2)
    await Promise.all(again.map(({ confirmed }) => confirmed))
    await until(() => hook.state.status === 'rejected' && hook.state.pendingCount === 0 && isSettled(client))
    expect(seen.filter((line) => line.startsWith('pending')).length).toBeGreaterThan(1)
    await until(() => !client.mutations().some(({ id }) => first.includes(id)))
    expect(client.mutations().map(({ id }) => id)).toEqual(again.map(({ id }) => id))
    expect(client.mutations().map(({ args }) => args)).toEqual([{ name: 'Tea' }, { name: 'Rum' }])
  })

  test('what fails at once is an error too; a retry that fails at once leaves the record, and dismiss takes it', async () => {
    const { client, provided } = await open()
    const { hook, Caller } = caller('rejectedByServer')
    show(provided, <Caller />)
    hook.call({ name: 'Milk' })
    await until(() => hook.state.status === 'rejected')
    client.mutate.add({ name: 'Milk' })
    hook.state.retry()
    await until(() => hook.state.error?.reason === 'constraint')
    expect(hook.state).toMatchObject({ status: 'rejected', pendingCount: 0 })
    expect(client.mutations().filter(({ status }) => status === 'rejected')).toHaveLength(1)
    await hook.state.dismiss()
    expect(client.mutations().filter(({ status }) => status === 'rejected')).toEqual([])
  })

  test('the next call forgets the error', async () => {
    const { client, provided } = await open()
    const { hook, Caller } = caller('onlyIfNone')
    client.mutate.add({ name: 'Milk' })
    show(provided, <Caller />)
    hook.call({ name: 'Milk' })
    await until(() => hook.state.status === 'rejected')
    hook.call({ name: 'Bread' })
    await until(() => hook.state.status === 'confirmed')
    expect(hook.state.error).toBeUndefined()
  })

  test('a call that is taken back leaves no error', async () => {
    const { client, provided } = await open()
    const { hook, Caller } = caller('add')
    show(provided, <Caller />)
    client.stop()
    expect(await hook.call({ name: 'Milk' }).cancel()).toBe(true)
    await until(() => hook.state.status === 'idle')
    expect(hook.state.error).toBeUndefined()
  })

  test('calls go on when the component is gone', async () => {
    const { client, provided } = await open()
    const { hook, Caller } = caller('add')
    const page = show(provided, <Caller />)
    client.stop()
    const handle = hook.call({ name: 'Milk' })
    page.unmount()
    client.start()
    expect(await handle.confirmed).toMatchObject({ ok: true })
    expect(client.mutations()).toMatchObject([{ id: handle.id, status: 'confirmed' }])
  })
})

test('a mutator that the client does not have throws, and nothing is done', async () => {
  const client = await stage().client()
  const { hook, Caller } = caller('nothing' as 'add')
  show(client, <Caller />)
  expect(() => hook.call({ name: 'Milk' })).toThrow('The client has no mutator "nothing". Nothing was done.')
  expect(hook.state.status).toBe('idle')
})
