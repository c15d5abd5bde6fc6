import { describe, expect, test } from 'vitest'
import type { RunningServer } from '../node.ts'
import { shopSchema } from '../testing/shop.ts'
import { join, start } from '../testing/start.ts'

const { name, version, hash } = shopSchema

async function put(server: RunningServer, body?: unknown, room = 'shop') {
  const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${server.url}/rooms/${room}`, { method: 'PUT', ...init })
  return { status: response.status, ...((await response.json()) as { epoch?: string; code?: string; message?: string }) }
}

describe('PUT /rooms/:room', () => {
  test('makes the room, and says so once', async () => {
    const server = await start()
    const made = await put(server, { schema: { name, version, hash } })
    expect(made).toMatchObject({ status: 201, room: 'shop', version: 0, schema: { name, version, hash } })
    expect(await put(server, { schema: { name, version, hash } })).toEqual({ ...made, status: 200 })
    const client = await join(server)
    await client.call('addItem', { title: 'tea' })
    expect(client.base?.epoch).toBe(made.epoch)
    await server.close()
    const again = await start({ directory: server.directory })
    expect(await put(again)).toEqual({ ...made, status: 200, version: 1 })
  })

  test('many who ask at once make one', async () => {
    const server = await start()
    const all = await Promise.all(Array.from({ length: 10 }, () => put(server)))
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201])
    expect(new Set(all.map(({ epoch }) => epoch)).size).toBe(1)
  })

  test('refuses another schema, names what the server has, and makes nothing', async () => {
    const server = await start()
    for (const schema of [
      { name, version: 2, hash },
      { name, version, hash: 'other' },
    ]) {
      const refused = await put(server, { schema })
      expect(refused).toMatchObject({ status: 409, code: 'schema-mismatch' })
      expect(refused.message).toContain(`"${name}" version ${version} (${hash.slice(0, 8)})`)
    }
    expect(await put(server)).toMatchObject({ status: 201 })
    expect(await put(server, { schema: { name, version: 2, hash } })).toMatchObject({ status: 409, code: 'schema-mismatch' })
  })

  test.each([
    ['no JSON', 'x'],
    ['a schema that is none', { schema: { name } }],
    ['null', 'null'],
    ['a null schema', { schema: null }],
  ])('refuses %s', async (_, body) => {
    expect(await put(await start(), body)).toMatchObject({ status: 400, code: 'bad-message' })
  })

  test('refuses a name that cannot be, and a body that is long', async () => {
    const server = await start()
    expect(await put(server, undefined, 'a%20b')).toMatchObject({ status: 400, code: 'bad-room' })
    expect(await put(server, 'x'.repeat(20_000))).toMatchObject({ status: 413, code: 'frame-too-large' })
  })
})
