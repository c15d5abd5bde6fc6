import { createServer, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { Counter, Registry } from 'prom-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type OpenServer, openServer } from '../node.ts'
import { Line } from '../testing/line.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { dialHttp, join } from '../testing/start.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'

async function open(path = '/sync'): Promise<OpenServer> {
  const savepoint = await openServer({ schema: shopSchema, mutators: shopMutators, directory: temporaryDirectory(), path })
  onTestFinished(() => savepoint.close())
  return savepoint
}

/** Where a listening server is, closed with the test. */
function addressOf(http: Server): { url: string; port: number; close(): Promise<void> } {
  const { port } = http.address() as AddressInfo
  const close = async () => {
    http.closeAllConnections()
    http.close()
  }
  onTestFinished(close)
  return { url: `http://localhost:${port}`, port, close }
}

async function listen(http: Server) {
  await new Promise<void>((resolve) => http.listen(0, resolve))
  return addressOf(http)
}

/** Leads upgrades to the doors, and the rest to another of the server's own. */
function leadUpgrades(http: Server, savepoint: OpenServer): void {
  const own = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, stream, head) => {
    if (!savepoint.upgrade(request, stream, head))
      own.handleUpgrade(request, stream, head, (socket) => socket.close(1000, `own ${request.url}`))
  })
}

const hosts: [string, (savepoint: OpenServer) => Promise<{ url: string; port: number; close(): Promise<void> }>][] = [
  [
    'a Hono app',
    async (savepoint) => {
      const app = new Hono()
      app.get('/own', (c) => c.text('own'))
      app.route('/sync', savepoint.app)
      const http = serve({ fetch: app.fetch, port: 0 }) as Server
      await new Promise((resolve) => http.once('listening', resolve))
      leadUpgrades(http, savepoint)
      return addressOf(http)
    },
  ],
  [
    'Node’s http',
    async (savepoint) => {
      const http = createServer((request, response) => savepoint.handle(request, response, () => response.end('own')))
      leadUpgrades(http, savepoint)
      return await listen(http)
    },
  ],
  [
    'Express',
    async (savepoint) => {
      const app = express()
      app.use('/sync', savepoint.handle)
      app.use(express.json())
      app.get('/own', (_, response) => void response.send('own'))
      const http = createServer(app)
      leadUpgrades(http, savepoint)
      return await listen(http)
    },
  ],
  [
    'Fastify',
    async (savepoint) => {
      const app = fastify()
      app.get('/own', () => 'own')
      app.register(async (doors) => {
        // The doors read bodies themselves.
        doors.removeAllContentTypeParsers()
        doors.addContentTypeParser('*', (_request, _body, done) => done(null))
        doors.all('/sync/*', (request, reply) => {
          reply.hijack()
          savepoint.handle(request.raw, reply.raw)
        })
      })
      await app.ready()
      leadUpgrades(app.server, savepoint)
      await app.listen({ port: 0 })
      return addressOf(app.server)
    },
  ],
]

test('doors for who runs the server are the other server’s own where this one has none', async () => {
  const place = { schema: shopSchema, mutators: shopMutators, path: '/sync' }
  const authorize = () => ({ admin: true })
  const plain = await openServer({ ...place, authorize, directory: temporaryDirectory() })
  onTestFinished(() => plain.close())
  const watched = await openServer({ ...place, directory: temporaryDirectory(), authorize, metrics: {}, admin: {} })
  onTestFinished(() => watched.close())
  const answers = async (savepoint: OpenServer) => {
    const { url } = await listen(createServer((request, response) => savepoint.handle(request, response, () => response.end('own'))))
    const paths = ['/sync/readyz', '/sync/admin', '/sync/metrics', '/sync/administer']
    return await Promise.all(paths.map(async (path) => await (await fetch(url + path)).text()))
  }
  expect(await answers(plain)).toEqual(['{"ready":true}', 'own', 'own', 'own'])
  const page = expect.stringContaining('<a class="brand"')
  expect(await answers(watched)).toEqual(['{"ready":true}', page, expect.stringContaining('savepoint_rooms_open'), 'own'])
})

test('pages of the host that are called as the doors are stay its own, outside of the path', async () => {
  const savepoint = await open()
  const own = express()
  own.use(savepoint.handle)
  own.use((_, response) => void response.send('own'))
  for (const host of [own, createServer((request, response) => savepoint.handle(request, response, () => response.end('own')))]) {
    const { url } = await listen(host instanceof Server ? host : createServer(host))
    const texts = ['/rooms/7', '/healthz', '/sync/healthz'].map(async (path) => await (await fetch(url + path)).text())
    expect(await Promise.all(texts)).toEqual(['own', 'own', '{"ok":true,"rooms":0}'])
  }
})

describe.each(hosts)('inside %s', (_, host) => {
  test('clients over sockets and over HTTP stay in step', async () => {
    const { url, ...rest } = await host(await open())
    const server = { ...rest, url: `${url}/sync` }
    const [one, two] = [await join(server, 'one'), await join(server, 'two', {}, dialHttp)]
    await one.call('addItem', { title: 'tea', stock: 5 })
    expect(await two.call('order', { title: 'tea' })).toMatchObject({ ok: true })
    await one.reach(2)
    expect(one.digest).toBe(two.digest)
  })

  test('the other doors are open, and what is for none of them stays the host’s', async () => {
    const { url } = await host(await open())
    expect((await fetch(`${url}/sync/rooms/shop`, { method: 'PUT' })).status).toBe(201)
    const mutations = [{ mutationID: 1, name: 'addItem', args: { title: 'tea' } }]
    const body = JSON.stringify({ clientID: 'script', mutations })
    for (const type of ['application/json', 'text/plain']) {
      const posted = await fetch(`${url}/sync/rooms/shop/mutations`, { method: 'POST', body, headers: { 'content-type': type } })
      expect(await posted.json()).toMatchObject({ version: 1, outcomes: [{ mutationID: 1, outcome: { ok: true } }] })
    }
    expect(await (await fetch(`${url}/sync/rooms/shop/changes?since=0`)).json()).toMatchObject({ to: 1 })
    expect(await (await fetch(`${url}/sync/healthz`)).json()).toMatchObject({ ok: true })
    expect(await (await fetch(`${url}/own`)).text()).toBe('own')
    const line = await Line.dial(`${url.replace('http', 'ws')}/elsewhere`)
    expect(await line.ended()).toBe('own /elsewhere')
  })
})

test('without a path the doors are at the root', async () => {
  const savepoint = await open('')
  const http = createServer((request, response) => savepoint.handle(request, response))
  leadUpgrades(http, savepoint)
  const server = await listen(http)
  const client = await join(server)
  expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  expect((await fetch(`${server.url}/nonsense`)).status).toBe(404)
})

test('the host’s own Request and Response stay as they are', async () => {
  const { Request: before, Response: after } = globalThis
  await open()
  expect([globalThis.Request, globalThis.Response]).toEqual([before, after])
})

test('a server that cannot be watched as it is asked to leaves its directory to the next', async () => {
  const place = { schema: shopSchema, mutators: shopMutators, directory: temporaryDirectory() }
  await expect(openServer({ ...place, log: 'loud' as never })).rejects.toThrow('loud')
  const registry = new Registry()
  new Counter({ name: 'savepoint_mutations_total', help: 'of another', registers: [registry] })
  await expect(openServer({ ...place, metrics: { registry } })).rejects.toThrow('savepoint_mutations_total')
  await (await openServer(place)).close()
})

test('a port of the figures that is in use is named as such', async () => {
  const { port } = await listen(createServer())
  const opening = openServer({
    schema: shopSchema,
    mutators: shopMutators,
    directory: temporaryDirectory(),
    metrics: { port, hostname: '::' },
  })
  await expect(opening).rejects.toThrow(`metrics: port ${port} on :: cannot be listened on (EADDRINUSE)`)
})

test.each(['sync', '/sync/', '/a?b', '//'])('a path "%s" cannot be', async (path) => {
  await expect(openServer({ schema: shopSchema, mutators: shopMutators, directory: temporaryDirectory(), path })).rejects.toThrow('path: ')
})
