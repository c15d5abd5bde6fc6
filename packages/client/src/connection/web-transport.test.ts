import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { TOKEN_LENGTH_MAX } from '@savepoint/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { fetchFile as ownMeans } from '../fetch-file.ts'
import { nodeScheduler } from '../node.ts'
import type { WebSocketConstructor } from './open-socket.ts'
import type { SnapshotSink } from './transport.ts'
import { webTransport } from './web-transport.ts'

const FILE = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(200_000, 7)])
const HEADERS = {
  'savepoint-epoch': 'e',
  'savepoint-version': '3',
  'savepoint-digest': '0'.repeat(16),
  'savepoint-size': String(FILE.length),
}

let close = () => {}
afterEach(() => close())

describe.each([
  ['fetch', undefined],
  ['Node’s own means', ownMeans],
])('by %s', (_, fetchFile) => {
  /** Fetches a snapshot from a server that answers like this. */
  async function fetchFrom(answer: (response: ServerResponse) => void) {
    const server = createServer((_, response) => answer(response))
    close = () => void server.close()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const transport = webTransport({ url, room: 'room', webSocket: WebSocket as unknown as WebSocketConstructor, fetch, fetchFile })
    return await transport.fetchSnapshot(new AbortController().signal, () => {})
  }

  test('a snapshot comes with its position, however it was encoded on the way', async () => {
    const plain = await fetchFrom((response) => response.writeHead(200, HEADERS).end(FILE))
    expect({ ...plain, bytes: Buffer.from(plain.bytes) }).toEqual({ epoch: 'e', version: 3, digest: '0'.repeat(16), bytes: FILE })
    close()
    const gzipped = await fetchFrom((response) => response.writeHead(200, { ...HEADERS, 'content-encoding': 'gzip' }).end(gzipSync(FILE)))
    expect(Buffer.from(gzipped.bytes)).toEqual(FILE)
  })

  test.each([
    ['that is shorter than its size', FILE.subarray(0, 1000), HEADERS, 'broke off after 1000 of'],
    ['that is longer than its size', Buffer.concat([FILE, FILE]), HEADERS, 'longer than'],
    ['that is no database', Buffer.alloc(FILE.length), HEADERS, 'not a SQLite database'],
    ['of no size', FILE, { ...HEADERS, 'savepoint-size': 'large' }, 'no epoch, version, digest or size'],
  ])('a snapshot %s is refused', async (_, body, headers, message) => {
    await expect(fetchFrom((response) => response.writeHead(200, headers).end(body))).rejects.toThrow(message)
  })

  describe('a snapshot that is received in parts', () => {
    const TAG = '"e.3"'
    let [taken, begun, ranges]: [Buffer, unknown[], unknown[]] = [Buffer.alloc(0), [], []]

    async function receiveFrom(partial: SnapshotSink['partial'], answer: (response: ServerResponse, range: string | undefined) => void) {
      taken = FILE.subarray(0, partial?.bytes ?? 0)
      begun = []
      ranges = []
      const server = createServer(({ headers }, response) => {
        ranges.push([headers.range, headers['if-range']])
        answer(response, headers.range)
      })
      close = () => void server.close()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const transport = webTransport({ url, room: 'room', webSocket: WebSocket as unknown as WebSocketConstructor, fetch, fetchFile })
      const sink: SnapshotSink = {
        partial,
        begin(tag, size, at) {
          begun.push([tag, size, at])
          taken = taken.subarray(0, at)
        },
        write: (bytes) => {
          taken = Buffer.concat([taken, bytes])
        },
      }
      return await transport.receiveSnapshot?.(new AbortController().signal, () => {}, sink)
    }
    const RECEIVED = { epoch: 'e', version: 3, digest: '0'.repeat(16), received: FILE.length }
    const head = { ...HEADERS, etag: TAG }

    test('comes whole the first time', async () => {
      expect(await receiveFrom(undefined, (response) => response.writeHead(200, head).end(FILE))).toEqual(RECEIVED)
      expect([ranges, begun]).toEqual([[[undefined, undefined]], [[TAG, FILE.length, 0]]])
      expect(taken.equals(FILE)).toBe(true)
    })

    test('goes on where it was', async () => {
      const answer = (response: ServerResponse) => response.writeHead(206, head).end(FILE.subarray(1000))
      expect(await receiveFrom({ tag: TAG, bytes: 1000 }, answer)).toEqual(RECEIVED)
      expect([ranges, begun]).toEqual([[['bytes=1000-', TAG]], [[TAG, FILE.length, 1000]]])
      expect(taken.equals(FILE)).toBe(true)
    })

    test('starts over if the server has another by now', async () => {
      expect(await receiveFrom({ tag: '"old"', bytes: 1000 }, (response) => response.writeHead(200, head).end(FILE))).toEqual(RECEIVED)
      expect(begun).toEqual([[TAG, FILE.length, 0]])
      expect(taken.equals(FILE)).toBe(true)
    })

    test('of which all is there needs no more', async () => {
      expect(await receiveFrom({ tag: TAG, bytes: FILE.length }, (response) => response.writeHead(416, head).end())).toEqual(RECEIVED)
      expect(taken.equals(FILE)).toBe(true)
    })

    test('of which there is more than the server has is dropped, and asked for again', async () => {
      const answer = (response: ServerResponse) => response.writeHead(416, head).end()
      await expect(receiveFrom({ tag: '"old"', bytes: FILE.length * 2 }, answer)).rejects.toThrow('asked for again from the start')
      expect(begun).toEqual([['', 0, 0]])
    })

    test('of another file than was asked for is refused', async () => {
      const answer = (response: ServerResponse) => response.writeHead(206, head).end(FILE.subarray(1000))
      await expect(receiveFrom({ tag: '"old"', bytes: 1000 }, answer)).rejects.toThrow('another part')
      expect(taken).toHaveLength(1000)
    })
  })

  test('of a snapshot that is refused no more is fetched', async () => {
    let ended: Promise<unknown> | undefined
    const refused = fetchFrom((response) => {
      ended = once(response, 'close')
      // It goes on for ever.
      response.writeHead(200, HEADERS).write(Buffer.concat([FILE, FILE]))
    })
    await expect(refused).rejects.toThrow('longer than')
    await ended
  })

  test('a server that breaks off is told as fetch tells it', async () => {
    await expect(fetchFrom((response) => response.destroy())).rejects.toThrow(new TypeError('fetch failed'))
    close()
    const broken = fetchFrom((response) => response.writeHead(200, HEADERS).write(FILE.subarray(0, 1000), () => response.destroy()))
    await expect(broken).rejects.toThrow(new TypeError('terminated'))
  })

  test('a refusal is told in the words of the server', async () => {
    const refusal = { code: 'bad-room', message: 'There is no such room.' }
    const refused = fetchFrom((response) => response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(refusal)))
    await expect(refused).rejects.toMatchObject(refusal)
  })

  test('a server that is sent elsewhere is followed', async () => {
    let asked = 0
    const followed = await fetchFrom((response) =>
      asked++ < 2 && response.req.url !== '/there'
        ? response.writeHead(302, { location: '/there' }).end()
        : response.writeHead(200, HEADERS).end(FILE),
    )
    expect(Buffer.from(followed.bytes)).toEqual(FILE)
  })
})

describe('a token', () => {
  async function framesOf(token: (asked: { fresh: boolean }) => string | undefined, fresh: boolean) {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    close = () => sockets.close()
    await once(sockets, 'listening')
    const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`
    const transport = webTransport({ url, room: 'room', webSocket: WebSocket as unknown as WebSocketConstructor, fetch, token })
    const frames: string[] = []
    const came = new Promise<IncomingMessage>((resolve) => {
      sockets.on('connection', (server, request) =>
        server.on('message', (data) => {
          frames.push(String(data))
          if (frames.at(-1) === 'hello') resolve(request)
        }),
      )
    })
    const socket = transport.connect({ opened: () => socket.send('hello'), received() {}, closed() {} }, { fresh })
    const request = await came
    socket.close()
    return { url: request.url, frames }
  }

  test('is the first frame, and not in the address; a fresh one is asked for where one has expired', async () => {
    const token = ({ fresh }: { fresh: boolean }) => (fresh ? 'new' : 'old')
    expect(await framesOf(token, false)).toEqual({ url: '/rooms/room/socket', frames: ['{"type":"authorize","token":"old"}', 'hello'] })
    expect(await framesOf(token, true)).toMatchObject({ frames: ['{"type":"authorize","token":"new"}', 'hello'] })
  })

  test('that there is none is said by nothing', async () => {
    expect(await framesOf(() => undefined, false)).toMatchObject({ frames: ['hello'] })
  })

  test.each(['auto', 'http'] as const)('is asked for once for each attempt, and sent in a header over HTTP: %s', async (kind) => {
    const shown: unknown[] = []
    const server = createServer(({ url, headers }, response) => {
      shown.push([url, headers.authorization])
      response.writeHead(401).end('{"code":"expired","message":"stale"}')
    })
    server.on('upgrade', (_, stream) => stream.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    close = () => void server.close()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const asked: boolean[] = []
    const transport = webTransport({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      room: 'room',
      webSocket: WebSocket as unknown as WebSocketConstructor,
      fetch,
      transport: kind,
      scheduler: nodeScheduler,
      async token({ fresh }) {
        asked.push(fresh)
        return fresh ? 'new' : 'old'
      },
    })
    for (const fresh of [false, true]) {
      const received: string[] = []
      await new Promise<void>((resolve) => {
        transport.connect({ opened() {}, received: (frame) => received.push(frame), closed: () => resolve() }, { fresh })
      })
      expect(received).toEqual(['{"type":"refusal","code":"expired","message":"stale"}'])
    }
    expect(asked).toEqual([false, true])
    expect(shown).toEqual([
      ['/rooms/room/line', 'Bearer old'],
      ['/rooms/room/line', 'Bearer new'],
    ])
  })

  test.each(['websocket', 'http'] as const)('that no server would take is not sent: %s', async (kind) => {
    const closed = new Promise<unknown>((resolve) => {
      const options = { url: 'http://127.0.0.1:1', room: 'room', webSocket: WebSocket as unknown as WebSocketConstructor, fetch }
      webTransport({ ...options, transport: kind, token: () => 'x'.repeat(TOKEN_LENGTH_MAX + 1) }).connect({
        opened() {},
        received() {},
        closed: resolve,
      })
    })
    expect(String(await closed)).toMatch(/token has 16385 characters/)
  })
})

test('what was found on one network does not hold on the next: WebSockets are tried again when there is one', async () => {
  const tried: string[] = []
  const server = createServer((_, response) => {
    tried.push('http')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: line\ndata: {"line":"l"}\n\n')
  })
  server.on('upgrade', (_, stream) => {
    tried.push('websocket')
    stream.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  close = () => void server.close()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let networkIs: (isThere: boolean) => void = () => {}
  const transport = webTransport({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    room: 'room',
    webSocket: WebSocket as unknown as WebSocketConstructor,
    fetch,
    scheduler: nodeScheduler,
    onNetwork(changed) {
      networkIs = changed
      return () => {}
    },
  })
  const heard: boolean[] = []
  transport.onNetwork?.((isThere) => heard.push(isThere))
  const connect = async () => {
    tried.length = 0
    await new Promise<void>((resolve) => {
      const socket = transport.connect({
        opened(over) {
          if (over !== 'http') return
          socket.close()
          resolve()
        },
        received() {},
        closed() {},
      })
    })
    return tried
  }
  expect(await connect()).toEqual(['websocket', 'http'])
  expect(await connect()).toEqual(['http'])
  networkIs(false)
  expect(await connect()).toEqual(['http'])
  networkIs(true)
  expect(await connect()).toEqual(['websocket', 'http'])
  expect(heard).toEqual([false, true])
})
