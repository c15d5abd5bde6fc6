import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../node.ts'
import { eventsOf } from '../testing/events-of.ts'
import { join, start } from '../testing/start.ts'
import type { TestClient } from '../testing/test-client.ts'

async function watch(server: RunningServer, query = '', headers = {}) {
  const stopped = new AbortController()
  const response = await fetch(`${server.url}/rooms/shop/events${query}`, { headers, signal: stopped.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events = eventsOf(response.body as ReadableStream<Uint8Array>)
  const next = async () => {
    const found = await events.next()
    if (found.value === undefined) throw new Error('The stream has ended')
    return { ...found.value, data: JSON.parse(found.value.data) }
  }
  return { next, events, hangUp: () => stopped.abort() }
}

const epochOf = (client: TestClient) => client.base?.epoch ?? ''

describe('GET /rooms/:room/events', () => {
  test('gives pokes from a version on, each under an ID that says where it leads', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    await client.call('restock', { title: 'tea', by: 3 })
    const { next, hangUp } = await watch(server, '?since=1')
    expect(await next()).toMatchObject({ id: `${epochOf(client)}.2`, event: '', data: { from: 1, to: 2, digest: client.digest } })
    await client.call('restock', { title: 'tea', by: 1 })
    const { id, data } = await next()
    expect([id, data.from, data.to]).toEqual([`${epochOf(client)}.3`, 2, 3])
    expect(data.patch).toEqual([['items', [[expect.any(String), 'tea', 4]], []]])
    hangUp()
  })

  test('goes on after the last event that came, whatever the query says', async () => {
    const server = await start()
    const client = await join(server)
    for (const title of ['tea', 'milk', 'bread']) await client.call('addItem', { title })
    const { next, hangUp } = await watch(server, '?since=0', { 'last-event-id': `${epochOf(client)}.2` })
    expect((await next()).data).toMatchObject({ from: 2, to: 3 })
    hangUp()
  })

  test('without a version begins with what happens next', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    const { next, hangUp } = await watch(server)
    expect((await next()).data).toMatchObject({ from: 1, to: 1, patch: [] })
    await client.call('addItem', { title: 'milk' })
    expect((await next()).data).toMatchObject({ from: 1, to: 2 })
    hangUp()
  })

  test('answers 410 where only a snapshot leads on, and 400 to what is no version', async () => {
    const server = await start()
    await join(server)
    const answer = async (query: string, headers = {}) => {
      const response = await fetch(`${server.url}/rooms/shop/events${query}`, { headers })
      return [response.status, (await response.json()).code]
    }
    expect(await answer('?since=7')).toEqual([410, 'snapshot'])
    expect(await answer('?since=0&epoch=other')).toEqual([410, 'snapshot'])
    expect(await answer('', { 'last-event-id': 'other.0' })).toEqual([410, 'snapshot'])
    expect(await answer('?since=x')).toEqual([400, 'bad-message'])
    expect(await answer('', { 'last-event-id': 'nonsense' })).toEqual([400, 'bad-message'])
  })

  test('says why it ends, and ends with whoever listens', async () => {
    const server = await start()
    const client = await join(server)
    const gone = await watch(server)
    await gone.next()
    gone.hangUp()
    const { next, events } = await watch(server)
    await next()
    await client.call('addItem', { title: 'tea' })
    await next()
    await server.close()
    expect(await next()).toMatchObject({ event: 'refusal', data: { code: 'going-away' } })
    expect((await events.next()).done).toBe(true)
  })
})
