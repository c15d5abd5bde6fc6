import { expect, onTestFinished, test } from 'vitest'
import { type RunningServer, startServer } from '../node.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { app } from '../testing/shop-app.ts'
import { dial, fetchSnapshot, join } from '../testing/start.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { TestClient } from '../testing/test-client.ts'

const ADDRESS = new URL('../testing/shop-app.ts', import.meta.url)

/** What a server does for two clients, through all its doors. */
async function tour(server: RunningServer): Promise<unknown> {
  const one = await join(server, 'one')
  await one.call('addItem', { title: 'tea', stock: 5 })
  const two = await join(server, 'two')
  const outcomes = [
    await two.call('order', { title: 'tea' }),
    await two.call('order', { title: 'milk' }),
    await two.call('explode', { title: 'x' }),
  ]
  await one.reach(4)
  expect(one.digest).toBe(two.digest)
  const snapshot = await fetchSnapshot(server)
  const changes = await (await fetch(`${server.url}/rooms/shop/changes?since=1`)).json()
  const health = await (await fetch(`${server.url}/healthz`)).json()
  return { outcomes, version: snapshot.response.headers.get('savepoint-version'), from: changes.from, to: changes.to, health }
}

test('a server with threads does through its doors what one without does', async () => {
  const events: ServerEvent[] = []
  const place = () => ({ directory: temporaryDirectory(), port: 0, onEvent: (event: ServerEvent) => events.push(event) })
  const threaded = await startServer({ app: ADDRESS, threads: 2, ...place() })
  onTestFinished(() => threaded.close())
  expect(events).toEqual([
    { event: 'thread-started', thread: expect.any(Number) },
    { event: 'thread-started', thread: expect.any(Number) },
  ])
  const plain = await startServer({ ...app, ...place() })
  onTestFinished(() => plain.close())
  expect(await tour(threaded)).toEqual(await tour(plain))
})

test('who starts the server may keep another number of versions than the app says', async () => {
  const retention = { versions: 1 }
  const server = await startServer({ app: ADDRESS, threads: 1, retention, directory: temporaryDirectory(), port: 0 })
  const client = await join(server)
  for (const title of ['tea', 'milk', 'salt', 'rice']) await client.call('addItem', { title })
  expect((await fetch(`${server.url}/rooms/shop/changes?since=0`)).status).toBe(410)
  await server.close()
  expect(await client.refusal()).toMatchObject({ code: 'going-away' })
  expect(client.line.code).toBe(1001)
})

test('what authorize returns that is not data is refused, and told', async () => {
  const events: ServerEvent[] = []
  const server = await startServer({
    app: ADDRESS,
    threads: 1,
    directory: temporaryDirectory(),
    port: 0,
    authorize: () => ({ identity: 'ann', mayEdit: () => true }),
    onEvent: (event) => events.push(event),
  })
  onTestFinished(() => server.close())
  const client = new TestClient(await dial(server))
  client.sayHello()
  expect(await client.refusal()).toMatchObject({ code: 'unavailable' })
  expect(events).toContainEqual({
    event: 'request-failed',
    error: expect.objectContaining({ message: expect.stringContaining('Return plain data') }),
  })
})

test.each([
  [{ threads: 0 }, 'threads: 0'],
  [{ mutatorMsMax: 0.5 }, 'mutatorMsMax: 0.5'],
  [{ retention: { versions: 0.5 } }, 'retention.versions: 0.5 is not a whole number of versions'],
  [{ mutatorMsMax: 2 ** 31 }, 'mutatorMsMax: 2147483648 is not a whole number from 1 to 2147483647'],
  [{ threadHeapMbMax: -1 }, 'threadHeapMbMax: -1'],
  [{ limits: { socketBufferBytes: 0 } }, 'limits.socketBufferBytes: 0'],
  [{ mutators: app.mutators }, 'mutators and app were both given'],
  [{ app: './nowhere.js' }, 'nowhere.js'],
])('options that cannot be, %j, are named, and leave the directory free', async (options, message) => {
  const directory = temporaryDirectory()
  await expect(startServer({ app: ADDRESS, directory, port: 0, ...options })).rejects.toThrow(message)
  const server = await startServer({ ...app, directory, port: 0 })
  await server.close()
})
