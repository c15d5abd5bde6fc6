import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openHttpLine } from './open-http-line.ts'

let close = () => {}
afterEach(() => close())

interface Posted {
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly answer: (status?: number, body?: string) => void
}

/** A server with one line, whose events and answers the test gives. */
async function serve(open: (response: ServerResponse) => void = opens) {
  const posts: Posted[] = []
  const gets: IncomingMessage[] = []
  let events: ServerResponse | undefined
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      gets.push(request)
      events = response
      return open(response)
    }
    let body = ''
    for await (const part of request) body += part
    posts.push({ headers: request.headers, body, answer: (status = 204, text) => response.writeHead(status).end(text) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const heard: string[] = []
  const line = openHttpLine(
    { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/line`, fetch, token: () => 'secret' },
    {
      opened: (over) => heard.push(`opened ${over}`),
      received: (frame) => heard.push(frame),
      closed: (error) => heard.push(`closed${error === undefined ? '' : `: ${(error as Error).message}`}`),
    },
  )
  const until = (condition: () => boolean) => vi.waitUntil(condition, { interval: 2, timeout: 30_000 })
  return { line, heard, posts, gets, until, events: () => events as ServerResponse }
}

function opens(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: line\ndata: {"line":"n1"}\n\n')
}

describe('what the server says', () => {
  test('comes frame by frame, however it is cut on the way, without heartbeats', async () => {
    const { heard, until, events, gets } = await serve()
    await until(() => heard.length === 1)
    const text = Buffer.from(':\n\ndata: {"a":"grüße"}\n\n:\n\ndata: second\r\n\r\ndata: third\n\n')
    for (const byte of text) {
      events().write(Buffer.from([byte]))
      await new Promise(setImmediate)
    }
    await until(() => heard.length === 4)
    expect(heard).toEqual(['opened http', '{"a":"grüße"}', 'second', 'third'])
    expect(gets[0]?.headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer secret' })
  })

  test('ends with the answer, and an event that has not come whole does not count', async () => {
    const { heard, until, events } = await serve()
    await until(() => heard.length === 1)
    events().end('data: half of it')
    await until(() => heard.length === 2)
    expect(heard).toEqual(['opened http', 'closed'])
  })

  test('may be a refusal, in place of the answer', async () => {
    const refusal = { code: 'unauthorized', message: 'not for you' }
    const { heard, until } = await serve((response) => response.writeHead(401).end(JSON.stringify(refusal)))
    await until(() => heard.length === 2)
    expect(heard).toEqual([JSON.stringify({ type: 'refusal', ...refusal }), 'closed'])
  })

  test('may be a refusal that says when to come back', async () => {
    const refusal = { code: 'overloaded', message: 'too many' }
    const { heard, until } = await serve((response) => response.writeHead(503, { 'retry-after': '30' }).end(JSON.stringify(refusal)))
    await until(() => heard.length === 2)
    expect(heard).toEqual([JSON.stringify({ type: 'refusal', ...refusal, retryAfterMs: 30_000 }), 'closed'])
  })

  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['a proxy’s refusal', (response) => response.writeHead(502).end('<h1>Bad gateway</h1>'), /status 502: <h1>Bad gateway/],
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in'), /something else is there/],
    [
      'an event that never ends',
      (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${'x'.repeat(17 * 1024 * 1024)}`),
      /max buffer size/,
    ],
  ])('%s closes the line, and says what came', async (_, open, message) => {
    const { heard, until } = await serve(open)
    await until(() => heard.length > 0)
    expect(heard).toEqual([expect.stringMatching(message)])
  })
})

describe('what the client says', () => {
  test('goes in posts, one at a time: what is sent meanwhile goes with the next', async () => {
    const { line, heard, posts, until } = await serve()
    await until(() => heard.length === 1)
    line.send('a')
    line.send('b')
    await until(() => posts.length === 1)
    for (const frame of ['c', 'd', 'e']) line.send(frame)
    posts[0]?.answer()
    await until(() => posts.length === 2)
    posts[1]?.answer()
    expect(posts.map(({ body }) => body)).toEqual(['a\nb', 'c\nd\ne'])
    expect(posts.map(({ headers }) => [headers['savepoint-line'], headers['savepoint-post'], headers.authorization])).toEqual([
      ['n1', '1', 'Bearer secret'],
      ['n1', '2', 'Bearer secret'],
    ])
  })

  test('[G10] is no more in one post than a frame may have', async () => {
    const { line, heard, posts, until } = await serve()
    await until(() => heard.length === 1)
    const long = 'x'.repeat(CLIENT_FRAME_LENGTH_MAX / 2)
    for (const frame of [long, 'y', long, 'x'.repeat(CLIENT_FRAME_LENGTH_MAX), 'z']) line.send(frame)
    for (let count = 1; count <= 4; count++) {
      await until(() => posts.length === count)
      posts[count - 1]?.answer()
    }
    expect(posts.map(({ body }) => body.length)).toEqual([long.length + 2, long.length, CLIENT_FRAME_LENGTH_MAX, 1])
  })

  test.each<[string, number, string, string[]]>([
    ['a line that is gone', 410, '{"code":"no-line","message":"gone"}', ['{"type":"refusal","code":"no-line","message":"gone"}', 'closed']],
    ['a proxy', 413, 'too large', ['closed: The line was refused with status 413: too large']],
  ])('%s refuses it, with which the line ends', async (_, status, body, told) => {
    const { line, heard, posts, until } = await serve()
    await until(() => heard.length === 1)
    line.send('a')
    await until(() => posts.length === 1)
    line.send('b')
    posts[0]?.answer(status, body)
    await until(() => heard.length === 1 + told.length)
    expect(heard.slice(1)).toEqual(told)
    expect(posts).toHaveLength(1)
  })
})

test('a line that is closed lets its requests go, and says nothing more', async () => {
  const { line, heard, posts, until, gets } = await serve()
  await until(() => heard.length === 1)
  line.send('a')
  await until(() => posts.length === 1)
  const gone = new Promise((resolve) => gets[0]?.socket.once('close', resolve))
  line.close()
  line.send('b')
  await gone
  expect(heard).toEqual(['opened http'])
})
