import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type WebSocketConstructor, webTransport } from './web-transport.ts'

const FILE = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(200_000, 7)])
const HEADERS = {
  'savepoint-epoch': 'e',
  'savepoint-version': '3',
  'savepoint-digest': '0'.repeat(16),
  'savepoint-size': String(FILE.length),
}

let close = () => {}
afterEach(() => close())

/** Fetches a snapshot from a server that answers like this. */
async function fetchFrom(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response))
  close = () => void server.close()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transport = webTransport({ url, room: 'room', webSocket: WebSocket as unknown as WebSocketConstructor, fetch })
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
