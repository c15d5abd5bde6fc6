import { expect, onTestFinished, test } from 'vitest'
import { type RunningServer, startServer } from '../node.ts'
import { eventsOf } from '../testing/events-of.ts'
import { dialHttp, join } from '../testing/start.ts'
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
