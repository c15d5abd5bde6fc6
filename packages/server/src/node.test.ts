import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { CommittedMutation } from './room/after-commit.ts'
import { Line } from './testing/line.ts'
import { dial, join, start } from './testing/start.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'
import { TestClient } from './testing/test-client.ts'

describe('over sockets', () => {
  test('two clients start from a snapshot and stay in step', async () => {
    const server = await start()
    const [one, two] = [await join(server, 'one'), await join(server, 'two')]
    await one.call('addItem', { title: 'tea', stock: 5 })
    await two.call('order', { title: 'tea' })
    await one.reach(2)
    await two.reach(2)
    expect(one.digest).toBe(two.digest)
    const three = await join(server, 'three')
    expect(three.digest).toBe(one.digest)
    expect(three.query("SELECT title FROM search WHERE search MATCH 'tea'")).toEqual([{ title: 'tea' }])
  })

  test('[G4] what was answered is there after a restart', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    await server.close()
    expect(await client.refusal()).toMatchObject({ code: 'going-away' })
    const again = await start({ directory: server.directory })
    client.line = await dial(again)
    expect(await client.greet()).toMatchObject({ version: 1, lastMutationID: 1, next: 'poke' })
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: false, code: 'unique' })
  })

  test('a mutator may do something else on the server', async () => {
    const server = await start({ serverMutators: { explode: () => 'defused' as never } })
    const client = await join(server)
    expect(await client.call('explode', { title: 'x' })).toEqual({ ok: true, value: '{"json":"defused"}' })
    for (const socketBufferBytes of [0, 1.5, Number.NaN])
      await expect(start({ socketBufferBytes })).rejects.toThrow(`socketBufferBytes: ${socketBufferBytes} is not a number of bytes`)
    await expect(start({ serverMutators: { nonsense: () => 1 } as never })).rejects.toThrow('nonsense')
  })
})

describe('afterCommit', () => {
  test('is called once for each mutation that took effect, in order, and what it throws harms nobody', async () => {
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
})

describe('a bad frame closes its socket, with a message, and no other', () => {
  test.each([
    ['garbage', 'garbage', 'bad-message'],
    ['bytes', randomBytes(20), 'bad-message'],
    ['longer than the limit', 'x'.repeat(1024 * 1024 + 1), 'frame-too-large'],
    [
      'another version',
      '{"type":"hello","protocol":0,"clientID":"c","schema":{"name":"shop","version":1,"hash":"x"},"base":null,"confirmed":0,"issued":0}',
      'protocol-version',
    ],
  ])('%s', async (_, frame, code) => {
    const server = await start()
    const other = await join(server, 'other')
    const client = new TestClient(await dial(server))
    client.line.send(frame as string)
    expect(await client.refusal()).toMatchObject({ code })
    expect(await other.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test('far longer than the limit', async () => {
    const server = await start()
    const other = await join(server, 'other')
    const line = await dial(server)
    line.send('x'.repeat(4 * 1024 * 1024))
    expect(await line.ended()).toBe('1009')
    expect(await other.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test('half of one, and then silence or a break', async () => {
    const server = await start()
    const raw = connect(server.port, '127.0.0.1')
    const key = randomBytes(16).toString('base64')
    raw.write(
      `GET /rooms/shop/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
    await new Promise((resolve) => raw.once('data', resolve))
    // A masked text frame of 100 bytes, of which 10 come.
    raw.write(Buffer.concat([Buffer.from([0x81, 0x80 | 100, 1, 2, 3, 4]), randomBytes(10)]))
    const other = await join(server, 'other')
    expect(await other.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    raw.destroy()
    expect(await other.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
  })
})

describe('an upgrade that is malformed is refused, and harms nobody', () => {
  test.each([
    ['its address', 'GET //[ HTTP/1.1\r\nHost: x'],
    ['its host', 'GET /rooms/shop/socket HTTP/1.1\r\nHost: a b['],
    ['its path', 'GET /rooms//socket HTTP/1.1\r\nHost: x'],
  ])('%s', async (_, head) => {
    const server = await start()
    const raw = connect(server.port, '127.0.0.1')
    raw.write(
      `${head}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
    const answer = await new Promise<Buffer>((resolve) => raw.once('data', resolve))
    expect(answer.toString()).toMatch(/^HTTP\/1.1 40[04]/)
    raw.destroy()
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })
})

describe('who may come in', () => {
  const authorize = (request: Request, { room }: { room: string }) => {
    const name = request.headers.get('authorization')?.replace('Bearer ', '')
    if (name === 'crash') throw new Error('the user database is down')
    return name === undefined || room !== 'shop' ? null : { identity: name, name }
  }

  test('is for the app to say, and mutators are told', async () => {
    const server = await start({ authorize })
    const client = await join(server, 'c', { authorization: 'Bearer ada' })
    expect(JSON.parse(((await client.call('whoAmI')) as { value: string }).value).json.auth).toEqual({ identity: 'ada', name: 'ada' })
    const eve = new TestClient(await dial(server, 'shop', { authorization: 'Bearer eve' }), 'c')
    eve.sayHello({ issued: 1 })
    expect(await eve.refusal()).toMatchObject({ code: 'unauthorized' })
  })

  test('a token in the query counts as one in a header, as browsers can send no other', async () => {
    const server = await start({ authorize })
    const client = new TestClient(
      await dial(server, 'shop').then(() => Line.dial(`${server.url.replace('http', 'ws')}/rooms/shop/socket?token=ada`)),
    )
    expect(await client.greet()).toMatchObject({ next: 'snapshot' })
  })

  test.each([
    ['without a token', 'shop', {}],
    ['in another room', 'other', { authorization: 'Bearer ada' }],
    ['if authorize itself fails', 'shop', { authorization: 'Bearer crash' }],
  ])('nobody %s', async (_, room, headers) => {
    const server = await start({ authorize })
    expect(await new TestClient(await dial(server, room, headers)).refusal()).toMatchObject({ code: 'unauthorized' })
    const response = await fetch(`${server.url}/rooms/${room}/snapshot`, { headers })
    expect([response.status, (await response.json()).code]).toEqual([401, 'unauthorized'])
    expect(server.events.filter(({ event }) => event === 'request-failed')).toHaveLength(
      'authorization' in headers && room === 'shop' ? 2 : 0,
    )
  })

  test('who may only read is told so, hears what others do, and its pushes are refused', async () => {
    const server = await start({
      authorize: (request, { action }) => {
        const identity = request.headers.get('authorization') ?? ''
        return action === 'read' || identity === 'Bearer ada' ? { identity } : null
      },
    })
    const ada = await join(server, 'ada', { authorization: 'Bearer ada' })
    const guest = await join(server, 'guest')
    await ada.call('addItem', { title: 'tea' })
    await guest.reach(1)
    guest.push(guest.mutation('addItem', { title: 'milk' }))
    expect(await guest.refusal()).toMatchObject({ code: 'read-only', message: expect.stringContaining('pending is kept') })
    guest.line = await dial(server)
    expect(await guest.greet()).toMatchObject({ readOnly: { code: 'read-only' }, lastMutationID: 0 })
    expect(ada.query('SELECT title FROM items')).toEqual([{ title: 'tea' }])
  })

  test('who may not create rooms makes none by asking for them', async () => {
    const server = await start({
      authorize: (request, { action }) => (action !== 'create' || request.headers.has('authorization') ? { identity: 'x' } : null),
    })
    expect(await new TestClient(await dial(server)).refusal()).toMatchObject({ code: 'no-room' })
    for (const door of ['snapshot', 'changes?since=0']) {
      const response = await fetch(`${server.url}/rooms/shop/${door}`)
      expect([response.status, (await response.json()).code]).toEqual([404, 'no-room'])
    }
    expect(readdirSync(server.directory).filter((name) => !name.startsWith('server.lock'))).toEqual([])
    await join(server, 'founder', { authorization: 'yes' })
    expect(await new TestClient(await dial(server), 'guest').greet()).toMatchObject({ next: 'snapshot' })
  })

  test('pages of other origins may not, where origins are named', async () => {
    const server = await start({ origins: ['https://app.example'] })
    await expect(dial(server, 'shop', { origin: 'https://evil.example' })).rejects.toThrow('403')
    await dial(server, 'shop', { origin: 'https://app.example' })
    const allowed = await fetch(`${server.url}/rooms/shop/changes?since=0`, { headers: { origin: 'https://app.example' } })
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const denied = await fetch(`${server.url}/rooms/shop/changes?since=0`, { headers: { origin: 'https://evil.example' } })
    expect(denied.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('other doors', () => {
  test('GET /rooms/:room/changes gives the net changes since a version', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    await client.call('restock', { title: 'tea', by: 3 })
    const found = await (await fetch(`${server.url}/rooms/shop/changes?since=1`)).json()
    expect(found).toMatchObject({
      epoch: client.base?.epoch,
      from: 1,
      to: 2,
      digest: client.digest,
      patch: [['items', [[expect.any(String), 'tea', 3]], []]],
    })
    for (const query of ['since=3', 'since=0&epoch=other']) {
      const response = await fetch(`${server.url}/rooms/shop/changes?${query}`)
      expect([response.status, (await response.json()).code]).toEqual([410, 'snapshot'])
    }
    for (const query of ['', 'since=-1', 'since=x', 'since=1e3']) {
      const response = await fetch(`${server.url}/rooms/shop/changes?${query}`)
      expect([response.status, (await response.json()).code]).toEqual([400, 'bad-message'])
    }
  })

  test('a room that cannot be is refused on every door', async () => {
    const server = await start()
    const response = await fetch(`${server.url}/rooms/a%20b/snapshot`)
    expect([response.status, (await response.json()).code]).toEqual([400, 'bad-room'])
    expect(await new TestClient(await dial(server, 'a%20b')).refusal()).toMatchObject({ code: 'bad-room' })
    expect(await new TestClient(await dial(server, '%E0%A4%A')).refusal()).toMatchObject({ code: 'bad-room' })
  })

  test('what is for none of them is the app’s to answer', async () => {
    const server = await start({ otherwise: (request) => new Response(`page ${new URL(request.url).pathname}`) })
    expect(await (await fetch(`${server.url}/board`)).text()).toBe('page /board')
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ ok: true })
  })

  test('/healthz, and none besides', async () => {
    const server = await start()
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ ok: true })
    expect((await fetch(`${server.url}/nonsense`)).status).toBe(404)
    await expect(Line.dial(`${server.url.replace('http', 'ws')}/nonsense`)).rejects.toThrow('404')
  })
})

describe('a server', () => {
  test('does not share its directory with another', async () => {
    const server = await start()
    await expect(start({ directory: server.directory })).rejects.toThrow('Another server uses the directory')
    await server.close()
    await start({ directory: server.directory })
  })

  test('waits for another to leave the directory, if told to, and goes on where that has ended', async () => {
    const server = await start()
    const client = await join(server)
    const next = start({ directory: server.directory, directoryWaitMs: 60_000 })
    // It runs beside the other for a while.
    for (const title of ['tea', 'milk']) expect(await client.call('addItem', { title })).toMatchObject({ ok: true })
    await server.close()
    client.line = await dial(await next)
    expect(await client.greet()).toMatchObject({ version: 2, lastMutationID: 2 })
  })

  test('says so if its port is taken, and leaves the directory free', async () => {
    const server = await start()
    const directory = temporaryDirectory()
    await expect(start({ directory, port: server.port })).rejects.toThrow('EADDRINUSE')
    await start({ directory })
  })

  test('closes twice as well as once, also with sockets that never said a word', async () => {
    const server = await start()
    const silent = await dial(server)
    const unread = new WebSocket(`${server.url.replace('http', 'ws')}/rooms/shop/socket`)
    await new Promise((resolve) => unread.once('open', resolve))
    await Promise.all([server.close(), server.close()])
    await silent.ended()
  })
})
