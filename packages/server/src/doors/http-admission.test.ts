import { TOKEN_LENGTH_MAX } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../node.ts'
import { eventsOf } from '../testing/events-of.ts'
import { dial, dialHttp, join, start } from '../testing/start.ts'
import type { Authorize } from './authorize.ts'

async function watch(server: RunningServer, headers = {}) {
  const stopped = new AbortController()
  const response = await fetch(`${server.url}/rooms/shop/events`, { headers, signal: stopped.signal })
  return { response, hangUp: () => stopped.abort() }
}

/** Ada's token, which tests make another. */
async function startFor(users: Map<string, string>) {
  const authorize: Authorize = (request) => {
    const identity = users.get(request.headers.get('authorization') ?? '')
    return identity === undefined ? null : { identity }
  }
  return await start({ authorize })
}

describe('whoever is in over HTTP', () => {
  test('[G5] is asked about again as on a socket, ended as expired, and comes back with a fresh token', async () => {
    const users = new Map([['old', 'ada']])
    const server = await startFor(users)
    const client = await join(server, 'c', { authorization: 'old' }, dialHttp)
    const events = eventsOf((await watch(server, { authorization: 'old' })).response.body as ReadableStream<Uint8Array>)
    await events.next()
    await client.call('addItem', { title: 'tea' })
    await events.next()
    await server.recheck({ identity: 'ada' })
    expect(await client.call('restock', { title: 'tea', by: 1 })).toMatchObject({ ok: true })
    await events.next()
    users.clear()
    users.set('new', 'ada')
    await server.recheck({ identity: 'ada' })
    expect(await client.refusal()).toMatchObject({ code: 'expired' })
    const last = (await events.next()).value
    expect([last?.event, JSON.parse(last?.data ?? '').code]).toEqual(['refusal', 'expired'])
    await expect(dialHttp(server, 'shop', { authorization: 'old' })).rejects.toThrow(/401.*unauthorized/)
    const again = await join(server, 'd', { authorization: 'new' }, dialHttp)
    expect(await again.call('restock', { title: 'tea', by: 1 })).toMatchObject({ ok: true })
  })

  test('may show a token as long as on a socket, and is told if it is longer', async () => {
    const server = await start({ authorize: (request) => ({ identity: String(request.headers.get('authorization')?.length) }) })
    const long = { authorization: `Bearer ${'x'.repeat(TOKEN_LENGTH_MAX)}` }
    const client = await join(server, 'c', long, dialHttp)
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    const longer = { authorization: `${long.authorization}x` }
    const response = await fetch(`${server.url}/rooms/shop/changes?since=0`, { headers: longer })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      code: 'bad-message',
      message: expect.stringContaining('more than 16384 characters, the limit'),
    })
  })

  test('[G10] counts for its address with the sockets, until it has gone', async () => {
    const server = await start({ limits: { connectionsPerAddress: 3 }, addressOf: (request) => request.headers.get('x-from') ?? undefined })
    const from = { 'x-from': '192.0.2.1' }
    await fetch(`${server.url}/rooms/shop`, { method: 'PUT', headers: from })
    const [socket, line, stream] = [await dial(server, 'shop', from), await dialHttp(server, 'shop', from), await watch(server, from)]
    expect(stream.response.status).toBe(200)
    const fourth = await watch(server, from)
    expect([fourth.response.status, fourth.response.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await fourth.response.json()).toMatchObject({ code: 'overloaded' })
    await expect(dialHttp(server, 'shop', from)).rejects.toThrow(/503.*overloaded/)
    expect((await watch(server, { 'x-from': '192.0.2.2' })).response.status).toBe(200)
    for (const leave of [line.hangUp, stream.hangUp, socket.hangUp]) {
      leave()
      let { response } = await watch(server, from)
      while (response.status === 503) {
        await response.body?.cancel()
        response = (await watch(server, from)).response
      }
      expect(response.status).toBe(200)
    }
  })

  test('[G10] may send no more than on a socket, and is told when to come back', async () => {
    const server = await start({ authorize: () => ({ identity: 'ada' }), limits: { lengthPerSecond: 1024, lengthBurst: 1024 } })
    const mutations = [{ mutationID: 1, name: 'addItem', args: { title: 'x'.repeat(100_000) } }]
    const post = (clientID: string) =>
      fetch(`${server.url}/rooms/shop/mutations`, { method: 'POST', body: JSON.stringify({ clientID, mutations }) })
    await post('a')
    const refused = await post('b')
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'overloaded'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10)
    await expect(dialHttp(server)).rejects.toThrow(/503.*overloaded/)
  })
})
