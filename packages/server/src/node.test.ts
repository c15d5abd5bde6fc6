import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FIRST_FRAME_LENGTH_MAX } from './doors/opening-line.ts'
import { FRAGMENTS_MAX } from './node/accept-sockets.ts'
import { Line } from './testing/line.ts'
import { dial, join, start } from './testing/start.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'
import { TestClient } from './testing/test-client.ts'

test('who leaves in the middle of a request is no failure of the server', async () => {
  const events: string[] = []
  const server = await start({ onEvent: ({ event }) => void events.push(event) })
  for (const [path, type] of [
    ['mutations', 'application/json'],
    ['line', 'text/plain'],
  ]) {
    const leaver = connect(server.port, '127.0.0.1')
    await once(leaver, 'connect')
    const head = `POST /rooms/shop/${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 500\r\n\r\n`
    leaver.write(`${head}{"half":`)
    // What is asked after it is answered after it was begun.
    await fetch(`http://127.0.0.1:${server.port}/healthz`)
    leaver.destroy()
    await once(leaver, 'close')
  }
  await server.close()
  expect(events.filter((event) => event === 'request-failed' || event === 'refused')).toEqual([])
})

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
    await expect(start({ serverMutators: { nonsense: () => 1 } as never })).rejects.toThrow('nonsense')
    await expect(start({ retention: { ageMs: -1 } })).rejects.toThrow('retention.ageMs: -1 is not a whole number of milliseconds')
  })
})

describe('a bad frame closes its socket, with a message, and no other', () => {
  test.each([
    ['garbage', 'garbage', 'bad-message'],
    ['bytes', randomBytes(20), 'bad-message'],
    ['longer than a first one may be', 'x'.repeat(FIRST_FRAME_LENGTH_MAX + 1), 'frame-too-large'],
    ['a push before hello', '{"type":"push","mutations":[],"confirmed":0}', 'bad-message'],
    ['a token that no header can hold', '{"type":"authorize","token":"a\\nb"}', 'bad-message'],
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

  test.each([
    ['at the limit', 1024 * 1024, 'bad-message'],
    ['past it', 1024 * 1024 + 1, 'frame-too-large'],
  ])('[G10] from a client that was let in, %s', async (_, length, code) => {
    const client = await join(await start())
    client.line.send('x'.repeat(length))
    expect(await client.refusal()).toMatchObject({ code })
  })

  test('[G10] in as many fragments as a message may come in, and in more', async () => {
    const server = await start()
    for (const [fragments, ending] of [
      [FRAGMENTS_MAX, 'bad-message'],
      [FRAGMENTS_MAX + 1, '1008'],
    ] as const) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/rooms/shop/socket`)
      await once(socket, 'open')
      for (let i = 1; i <= fragments; i++) socket.send('x', { fin: i === fragments })
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
      expect(String(reason) || String(code)).toBe(ending)
    }
  })

  test('[G10] of which the first is far longer than the limit', async () => {
    const server = await start()
    const other = await join(server, 'other')
    const line = await dial(server)
    line.send('x'.repeat(2 * 1024 * 1024))
    expect(await line.ended()).toBe('1006')
    other.line.send('x'.repeat(4 * 1024 * 1024))
    expect(await other.line.ended()).toBe('1009')
  })

  test('[G10] sockets of one address are so many; the next is told so, and let in when one has gone', async () => {
    const server = await start({ limits: { connectionsPerAddress: 2 }, addressOf: (request) => request.headers.get('x-from') ?? undefined })
    const from = { 'x-from': '192.0.2.1' }
    const lines = [await dial(server, 'shop', from), await dial(server, 'shop', from)]
    const third = new TestClient(await dial(server, 'shop', from))
    expect(await third.refusal()).toMatchObject({ code: 'overloaded', retryAfterMs: 30_000 })
    const elsewhere = await join(server, 'other', { 'x-from': '192.0.2.2' })
    lines[0]?.hangUp()
    let next = third
    while (next.line.closed !== null) {
      next = new TestClient(await dial(server, 'shop', from))
      next.sayHello()
      if ((await next.line.next())?.type === 'welcome') break
      await next.line.ended()
    }
    expect(await elsewhere.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test('that ends one line leaves the others as they are', async () => {
    const server = await start()
    const other = await join(server, 'other')
    const line = await dial(server)
    line.send('garbage')
    expect(await line.ended()).toBe('bad-message')
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
    ['its host, which names a room', 'GET /nowhere HTTP/1.1\r\nHost: x/rooms/shop/socket?'],
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

  test('and leaves nothing behind: a server closes, though whoever asked holds on to the connection', async () => {
    const server = await start()
    const raw = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
    raw.on('error', () => {})
    raw.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const ended = new Promise((resolve) => raw.once('end', resolve))
    raw.resume()
    await ended
    await server.close()
    raw.destroy()
  })
})

describe('who may come in', () => {
  const authorize = (request: Request, { room }: { room: string }) => {
    const name = request.headers.get('authorization')?.replace('Bearer ', '')
    if (name === 'crash') throw new Error('the user database is down')
    return name === undefined || room !== 'shop' ? null : { identity: name, name }
  }

  test('[G10] while the disk is low, everyone reads on, and no push is taken', async () => {
    const { directory, ...full } = await start()
    const ada = await join(full, 'ada')
    await ada.call('addItem', { title: 'tea' })
    await full.close()
    const server = await start({ directory, limits: { diskFreeBytes: Number.MAX_SAFE_INTEGER } })
    expect(server.events).toContainEqual({ event: 'disk-low', freeBytes: expect.any(Number) })
    const guest = new TestClient(await dial(server), 'guest')
    expect(await guest.greet()).toMatchObject({ readOnly: { code: 'unavailable', message: expect.stringContaining('nearly full') } })
    expect((await fetch(`${server.url}/rooms/shop/snapshot`)).status).toBe(200)
    ada.line = await dial(server)
    await ada.greet()
    ada.push(ada.mutation('addItem', { title: 'milk' }))
    expect(await ada.refusal()).toMatchObject({ code: 'unavailable', message: expect.stringContaining('pending is kept') })
  })

  test('is for the app to say, and mutators are told', async () => {
    const server = await start({ authorize })
    const client = await join(server, 'c', { authorization: 'Bearer ada' })
    expect(JSON.parse(((await client.call('whoAmI')) as { value: string }).value).json.auth).toEqual({ identity: 'ada', name: 'ada' })
    const eve = new TestClient(await dial(server, 'shop', { authorization: 'Bearer eve' }), 'c')
    eve.sayHello({ issued: 1 })
    expect(await eve.refusal()).toMatchObject({ code: 'unauthorized' })
  })

  test('a token in the first frame counts as one in a header, as browsers can send no other; one in the address counts for nothing', async () => {
    const server = await start({ authorize })
    const client = new TestClient(await dial(server))
    client.line.send(JSON.stringify({ type: 'authorize', token: 'ada' }))
    expect(await client.greet()).toMatchObject({ next: 'snapshot' })
    const careless = new TestClient(await Line.dial(`${server.url.replace('http', 'ws')}/rooms/shop/socket?token=ada`))
    careless.sayHello()
    expect(await careless.refusal()).toMatchObject({ code: 'unauthorized' })
  })

  test.each([
    ['without a token', 'shop', {}],
    ['in another room', 'other', { authorization: 'Bearer ada' }],
    ['if authorize itself fails', 'shop', { authorization: 'Bearer crash' }],
  ])('nobody %s', async (_, room, headers) => {
    const server = await start({ authorize })
    const client = new TestClient(await dial(server, room, headers))
    client.sayHello()
    expect(await client.refusal()).toMatchObject({ code: 'unauthorized' })
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
    const stranger = new TestClient(await dial(server))
    stranger.sayHello()
    expect(await stranger.refusal()).toMatchObject({ code: 'no-room' })
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
    for (const room of ['a%20b', '%E0%A4%A']) {
      const client = new TestClient(await dial(server, room))
      client.sayHello()
      expect(await client.refusal()).toMatchObject({ code: 'bad-room' })
    }
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
