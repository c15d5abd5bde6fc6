import { get } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../node.ts'
import { type Fetched, fetchSnapshot, join, start } from '../testing/start.ts'

describe('GET /rooms/:room/snapshot', () => {
  test('is stored as brotli or gzip or neither, as it is asked for, and is the same file', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addMany', { count: 2000, length: 50 })
    const plain = await fetchSnapshot(server, { 'accept-encoding': 'identity' })
    expect(plain.response.headers.get('content-encoding')).toBeNull()
    expect(plain.response.headers.get('content-length')).toBe(String(plain.bytes.length))
    expect(new TextDecoder().decode(plain.bytes.subarray(0, 15))).toBe('SQLite format 3')
    for (const [accept, encoding, decode] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip;q=0.5, br;q=0', 'gzip', gunzipSync],
    ] as const) {
      const { status, headers, body } = await rawGet(server, accept)
      expect([status, headers['content-encoding']]).toEqual([200, encoding])
      expect(body.length).toBeLessThan(plain.bytes.length / 2)
      expect(Buffer.compare(decode(body), plain.bytes)).toBe(0)
    }
  })

  test('names its position, and answers 304 to who has it', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    const { response, epoch, bytes } = await fetchSnapshot(server)
    expect(response.headers.get('etag')).toBe(`"${epoch}.${response.headers.get('savepoint-version')}"`)
    expect(response.headers.get('savepoint-digest')).toMatch(/^[0-9a-f]{16}$/)
    expect(Number(response.headers.get('savepoint-size'))).toBe(bytes.length)
    const again = await fetchSnapshot(server, { 'if-none-match': response.headers.get('etag') ?? '' })
    expect(again.response.status).toBe(304)
  })

  test('a little behind the room it is served again, with a poke for the rest; far behind it is made anew', async () => {
    const server = await start()
    const client = await join(server)
    expect((await fetchSnapshot(server)).version).toBe(0)
    await client.call('addItem', { title: 'tea' })
    expect((await fetchSnapshot(server)).version).toBe(0)
    await client.call('addMany', { count: 30, length: 10_000 })
    expect((await fetchSnapshot(server)).version).toBe(2)
    const late = await join(server, 'late')
    expect(late.digest).toBe(client.digest)
  })

  test('a download that broke off goes on where it was, also when the room has moved on', async () => {
    const server = await start()
    const client = await join(server)
    await client.call('addMany', { count: 500, length: 1000 })
    const whole = await fetchSnapshot(server, { 'accept-encoding': 'identity' })
    const etag = whole.response.headers.get('etag') ?? ''
    await client.call('addMany', { count: 500, length: 1000 })
    const rest = await fetchSnapshot(server, { range: 'bytes=100000-', 'if-range': etag })
    expect(rest.response.status).toBe(206)
    expect(rest.response.headers.get('content-range')).toBe(`bytes 100000-${whole.bytes.length - 1}/${whole.bytes.length}`)
    expect(Buffer.compare(rest.bytes, whole.bytes.subarray(100_000))).toBe(0)
    const beyond = await fetchSnapshot(server, { range: `bytes=${whole.bytes.length}-`, 'if-range': etag })
    expect(beyond.response.status).toBe(416)
    expect(JSON.parse(new TextDecoder().decode(beyond.bytes))).toEqual({
      code: 'bad-message',
      message: expect.stringMatching(/^The snapshot has \d+ bytes/),
    })
    const anew = await fetchSnapshot(server, { range: 'bytes=100000-', 'if-range': '"gone.1"' })
    expect([anew.response.status, anew.version]).toEqual([200, 2])
    const still = await fetchSnapshot(server, { range: 'bytes=100000-', 'if-range': etag })
    expect(still.response.status).toBe(206)
  })

  test('many who ask at once share one', async () => {
    const server = await start()
    await join(server).then((client) => client.call('addMany', { count: 2000, length: 200 }))
    const all = await Promise.all(Array.from({ length: 10 }, () => fetchSnapshot(server)))
    expect(new Set(all.map(({ response }) => response.headers.get('etag'))).size).toBe(1)
    const replica = openBetterSqlite3(':memory:', { bytes: (all[0] as Fetched).bytes })
    expect(replica.prepare('SELECT count(*) AS n FROM items').get()).toEqual({ n: 2000 })
    replica.close()
  })
})

/** As fetch, which would undo the encoding. */
async function rawGet(
  server: RunningServer,
  accept: string,
): Promise<{ status: number; headers: { [name: string]: unknown }; body: Buffer }> {
  return await new Promise((resolve, reject) => {
    get(`${server.url}/rooms/shop/snapshot`, { headers: { 'accept-encoding': accept } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }))
    }).on('error', reject)
  })
}
