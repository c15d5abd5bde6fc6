import { describe, expect, onTestFinished, test } from 'vitest'
import { type RunningServer, startServer } from '../node.ts'
import { eventsOf } from '../testing/events-of.ts'
import { dialHttp, join, start } from '../testing/start.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'

const ADD = { clientID: 'script', mutations: [{ mutationID: 1, name: 'addItem', args: { title: 'tea' } }] }

async function ask(server: RunningServer, method: string, path: string, body?: object, headers = {}) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${server.url}/rooms/${path}`, { method, headers, ...init })
  if (response.headers.get('content-type') !== 'application/json') {
    await response.body?.cancel()
    return [response.status]
  }
  const { code } = (await response.json()) as { code?: string }
  return code === undefined ? [response.status] : [response.status, code]
}

test('the doors lead to rooms in threads as well', async () => {
  const app = new URL('../testing/shop-app.ts', import.meta.url)
  const server = await startServer({ app, directory: temporaryDirectory(), port: 0, threads: 2 })
  onTestFinished(() => server.close())
  expect(await ask(server, 'PUT', 'shop')).toEqual([201])
  expect(await ask(server, 'PUT', 'shop')).toEqual([200])
  const watched = await fetch(`${server.url}/rooms/shop/events`)
  const events = eventsOf(watched.body as ReadableStream<Uint8Array>)
  await events.next()
  const client = await join(server, 'c', {}, dialHttp)
  expect(await client.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
  expect(await ask(server, 'POST', 'shop/mutations', ADD)).toEqual([200])
  await client.reach(2)
  expect(JSON.parse((await events.next()).value?.data ?? '')).toMatchObject({ from: 0, to: 1 })
  expect(JSON.parse((await events.next()).value?.data ?? '')).toMatchObject({ from: 1, to: 2, digest: client.digest })
})

describe('who may what', () => {
  /** Ada may do all, Bob read and push, Eve read. */
  const rights: { readonly [name: string]: readonly string[] } = { ada: ['read', 'push', 'create'], bob: ['read', 'push'], eve: ['read'] }
  const authorize = (request: Request, { action }: { action: string }) => {
    const identity = request.headers.get('authorization') ?? ''
    return rights[identity]?.includes(action) ? { identity } : null
  }
  const doors: [string, string, object?][] = [
    ['PUT', ''],
    ['GET', '/line'],
    ['GET', '/snapshot'],
    ['GET', '/changes?since=0'],
    ['GET', '/events'],
    ['POST', '/mutations', ADD],
  ]

  test.each(doors)('%s /rooms/:room%s', async (method, path, body) => {
    const server = await start({ authorize })
    const as = (name: string) => ask(server, method, `shop${path}`, body && { ...body, clientID: name }, { authorization: name })
    expect(await as('nobody')).toEqual([401, 'unauthorized'])
    // There is no such room yet, and whoever reaches for it does not make it.
    for (const name of ['bob', 'eve']) expect(await as(name)).toEqual([404, 'no-room'])
    expect(await as('ada')).toEqual([method === 'PUT' ? 201 : 200])
    if (method === 'POST') expect(await as('eve')).toEqual([403, 'read-only'])
    else expect(await as('eve')).toEqual([200])
    expect(await as('nobody')).toEqual([401, 'unauthorized'])
  })
})
