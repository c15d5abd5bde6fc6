import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../node.ts'
import type { RoomSocket } from '../room/room-socket.ts'
import { eventsOf } from '../testing/events-of.ts'
import { openTestRoom } from '../testing/open-room.ts'
import { dialHttp, join, start } from '../testing/start.ts'
import { Beat } from './beat.ts'
import type { Entrance } from './entrance.ts'
import { HttpLines } from './http-lines.ts'

/** Opens a line and gives its name. */
async function openLine(server: RunningServer) {
  const stopped = new AbortController()
  const response = await fetch(`${server.url}/rooms/shop/line`, { signal: stopped.signal })
  const events = eventsOf(response.body as ReadableStream<Uint8Array>)
  const first = (await events.next()).value
  expect(first).toMatchObject({ event: 'line' })
  const { line } = JSON.parse(first?.data ?? '') as { line: string }
  const post = (number: unknown, body: string, name = line, room = 'shop') =>
    fetch(`${server.url}/rooms/${room}/line`, {
      method: 'POST',
      headers: { 'savepoint-line': name, 'savepoint-post': String(number) },
      body,
    })
  const answer = async (sent: Promise<Response>) => {
    const response = await sent
    return [response.status, response.ok ? null : (await response.json()).code]
  }
  return { response, events, line, post, answer, hangUp: () => stopped.abort() }
}

describe('a line over HTTP', () => {
  test('is a line like any other: a client over it and one over a socket stay in step', async () => {
    const server = await start()
    const [one, two] = [await join(server, 'one', {}, dialHttp), await join(server, 'two')]
    await one.call('addItem', { title: 'tea', stock: 5 })
    await two.call('order', { title: 'tea' })
    expect(await one.call('explode', { title: 'x' })).toMatchObject({ ok: false, message: 'boom' })
    await one.reach(3)
    await two.reach(3)
    expect(one.digest).toBe(two.digest)
  })

  test('is not held back, compressed or kept on its way', async () => {
    const server = await start()
    const { response, hangUp } = await openLine(server)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    hangUp()
  })

  test('refuses before it opens, with a status', async () => {
    const server = await start({ authorize: () => null })
    await expect(dialHttp(server)).rejects.toThrow(/401.*unauthorized/)
    await expect(dialHttp(server, 'a%20b')).rejects.toThrow(/400.*bad-room/)
  })

  test('says why it ends: the server closes, and a newer line takes its place', async () => {
    const server = await start()
    const client = await join(server, 'c', {}, dialHttp)
    const again = await join(server, 'c', {}, dialHttp)
    expect(await client.refusal()).toMatchObject({ code: 'client-forked' })
    await server.close()
    expect(await again.refusal()).toMatchObject({ code: 'going-away' })
  })

  test('takes each post once and in turn, and none without the line’s name', async () => {
    const server = await start()
    const { post, answer, events } = await openLine(server)
    const ping = '{"type":"ping","confirmed":0}'
    expect(await answer(post(1, `${ping}\n${ping}\n`))).toEqual([204, null])
    expect(await answer(post(1, ping))).toEqual([204, null])
    expect(await answer(post(2, ping))).toEqual([204, null])
    for (let i = 0; i < 3; i++) expect((await events.next()).value?.data).toBe('{"type":"pong"}')
    expect(await answer(post(2, ping, 'guess'))).toEqual([410, 'no-line'])
    expect(await answer(post(3, ping, undefined, 'other'))).toEqual([410, 'no-line'])
    for (const number of [4, 'x', 0, -1]) expect(await answer(post(number, ping))).toEqual([400, 'bad-message'])
    expect(await answer(post(3, `garbage\n${ping}`))).toEqual([204, null])
    expect((await events.next()).value?.data).toMatch(/"refusal","code":"bad-message"/)
    expect((await events.next()).done).toBe(true)
    expect(await answer(post(4, ping))).toEqual([410, 'no-line'])
  })

  test('[G10] takes no more than a frame of the longest at once', async () => {
    const server = await start()
    const { post, answer, events } = await openLine(server)
    expect(await answer(post(1, 'x'.repeat(3 * CLIENT_FRAME_LENGTH_MAX + 1)))).toEqual([413, 'frame-too-large'])
    expect(await answer(post(1, 'x'.repeat(CLIENT_FRAME_LENGTH_MAX + 1)))).toEqual([204, null])
    expect((await events.next()).value?.data).toMatch(/"refusal","code":"frame-too-large"/)
  })

  test('whose client has hung up is gone', async () => {
    const server = await start()
    const first = await join(server, 'c', {}, dialHttp)
    await first.call('addItem', { title: 'tea' })
    const { post, answer, hangUp } = await openLine(server)
    hangUp()
    let last = await answer(post(1, ''))
    for (let number = 2; last[0] === 204; number++) last = await answer(post(number, ''))
    expect(last).toEqual([410, 'no-line'])
    expect(await first.call('addItem', { title: 'milk' })).toMatchObject({ ok: true })
  })
})

test('a line of which only the head is asked for is none', async () => {
  const server = await start()
  const response = await fetch(`${server.url}/rooms/shop/line`, { method: 'HEAD' })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
})

test('[G10] while a line is held back, its posts are not answered, and then taken once and in turn', async () => {
  const frames: string[] = []
  let socket: RoomSocket | undefined
  const enter: Entrance['enter'] = async (_, __, given) => {
    socket = given
    return { receive: (frame) => frames.push(frame), closed() {} }
  }
  const lines = new HttpLines({ entrance: { enter }, beat: new Beat(), id: () => 'line-1' })
  await lines.open(new Request('http://server'), 'shop')
  socket?.pause?.()
  const posts = [lines.post('line-1', 'shop', 1, 'a'), lines.post('line-1', 'shop', 1, 'a')]
  await new Promise((resolve) => setImmediate(resolve))
  expect(frames).toEqual([])
  socket?.resume?.()
  await Promise.all(posts)
  expect(frames).toEqual(['a'])
  socket?.pause?.()
  const late = lines.post('line-1', 'shop', 2, 'b')
  socket?.close('expired')
  await expect(late).rejects.toMatchObject({ code: 'no-line' })
  expect(frames).toEqual(['a'])
})

describe('by and by', () => {
  async function openHere() {
    const { room } = await openTestRoom()
    const beat = new Beat()
    const lines = new HttpLines({
      entrance: { enter: async (_, __, socket) => room.connect(socket, { identity: '', auth: undefined }) },
      beat,
      id: () => 'line-1',
    })
    const events = eventsOf((await lines.open(new Request('http://server'), 'shop')).body as ReadableStream<Uint8Array>)
    await events.next()
    return { room, beat, lines, events }
  }

  test('a quiet line has a heartbeat, unless something waits to be read already', async () => {
    const { beat, events } = await openHere()
    for (let i = 0; i < 3; i++) beat.beat()
    expect((await events.next()).value).toMatchObject({ event: 'comment' })
    beat.beat()
    await expect(events.next()).rejects.toThrow('cut')
  })

  test('a line on which nothing is posted for a minute is gone; one that posts is not', async () => {
    const { room, beat, lines } = await openHere()
    for (let i = 0; i < 3; i++) beat.beat()
    await lines.post('line-1', 'shop', 1, '')
    for (let i = 0; i < 3; i++) beat.beat()
    expect(room.connectionCount).toBe(1)
    beat.beat()
    expect(room.connectionCount).toBe(0)
    await expect(lines.post('line-1', 'shop', 2, '')).rejects.toMatchObject({ code: 'no-line' })
  })
})

test('[G10] a line that does not read is cut, and delays nobody', async () => {
  const { room, events, client } = await openTestRoom({ socketBufferBytes: 100_000 })
  const lines = new HttpLines({
    entrance: { enter: async (_, __, socket) => room.connect(socket, { identity: '', auth: undefined }) },
    beat: new Beat(),
    id: () => 'line-1',
  })
  const stream = await lines.open(new Request('http://server'), 'shop')
  const { name, version, hash } = room.schema
  const base = { epoch: room.position.epoch, version: 0 }
  const hello = { type: 'hello', protocol: 1, clientID: 'slow', schema: { name, version, hash }, base, confirmed: 0, issued: 0 }
  await lines.post('line-1', 'shop', 1, JSON.stringify(hello))
  const other = await client()
  for (let i = 0; i < 4; i++) await other.call('addMany', { count: 10, length: 5000 })
  expect(events.filter(({ event }) => event === 'client-cut')).toMatchObject([{ bufferedBytes: expect.any(Number) }])
  expect(room.connectionCount).toBe(1)
  await expect(stream.text()).rejects.toThrow('cut')
})

test('[G10] what was said before a line ends does not wait for ever to be read', async () => {
  const { room, client } = await openTestRoom()
  const beat = new Beat()
  const lines = new HttpLines({
    entrance: { enter: async (_, __, socket) => room.connect(socket, { identity: '', auth: undefined }) },
    beat,
    id: () => 'line-1',
  })
  const unread = await lines.open(new Request('http://server'), 'shop')
  await client()
  await lines.post('line-1', 'shop', 1, 'garbage')
  expect(room.connectionCount).toBe(1)
  for (let i = 0; i < 3; i++) beat.beat()
  await expect(unread.text()).rejects.toThrow('cut')
})
