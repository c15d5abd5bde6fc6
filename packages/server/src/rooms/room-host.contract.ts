import { writeFileSync } from 'node:fs'
import { defineSchema } from '@savepoint/core'
import { describe, expect, test } from 'vitest'
import { roomPaths } from '../node/room-files.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { Line } from '../testing/line.ts'
import { shopSchema } from '../testing/shop.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { TestClient } from '../testing/test-client.ts'
import type { RoomHost } from './room-host.ts'

interface OpenedHost {
  readonly host: RoomHost
  readonly events: readonly ServerEvent[]
}

/** Opens a host of rooms with the shop's mutators, closed with the test. */
type OpenHost = (options: { readonly directory: string; readonly socketBufferBytes?: number }) => Promise<OpenedHost>

async function comeIn(host: RoomHost, room: string, clientID?: string, options = {}): Promise<TestClient> {
  const { epoch } = await host.position(room)
  return await TestClient.fresh(await Line.intoHost(host, room, options), epoch, clientID)
}

/** What every host of rooms must do, wherever its rooms run. */
export function describeRoomHost(name: string, open: OpenHost): void {
  const openHost = async (options: { directory?: string; socketBufferBytes?: number } = {}) => {
    const directory = options.directory ?? temporaryDirectory()
    return { directory, ...(await open({ ...options, directory })) }
  }

  describe(name, () => {
    test('lets lines into rooms, which stay in step', async () => {
      const { host } = await openHost()
      const [one, two] = [await comeIn(host, 'one', 'a'), await comeIn(host, 'one', 'b')]
      expect(await one.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
      expect(await two.call('addItem', { title: 'tea' })).toMatchObject({ ok: false, code: 'unique' })
      await one.reach(2)
      expect(one.digest).toBe(two.digest)
      expect(await host.position('one')).toMatchObject({ version: 2, digest: one.digest })
    })

    test('[G10] takes no pushes while it is told not to, in rooms that are open and that are opened then, and all of them after', async () => {
      const { host } = await openHost()
      const client = await comeIn(host, 'one')
      const why = { code: 'unavailable', message: 'The disk is nearly full.' } as const
      host.refusePushes(why)
      await host.position('one')
      client.push(client.mutation('addItem', { title: 'tea' }))
      expect(await client.refusal()).toMatchObject(why)
      const { epoch } = await host.position('two')
      const late = new TestClient(await Line.intoHost(host, 'two'), 'late')
      late.adopt(null, { epoch, version: 0 })
      expect(await late.greet()).toMatchObject({ readOnly: why })
      host.refusePushes(null)
      expect(await late.refusal()).toMatchObject({ code: 'unavailable' })
      expect(await (await comeIn(host, 'two')).call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
    })

    test('[G9] keeps rooms apart, and tells mutators who has called', async () => {
      const { host } = await openHost()
      const [one, two] = [await comeIn(host, 'one'), await comeIn(host, 'two', 'c', { identity: 'ann', auth: { name: 'Ann', since: [1] } })]
      await one.call('addItem', { title: 'tea' })
      expect(await two.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
      const told = (await two.call('whoAmI')) as { readonly value: string }
      expect(JSON.parse(told.value).json.auth).toEqual({ name: 'Ann', since: [1] })
      expect((await host.position('one')).epoch).not.toBe((await host.position('two')).epoch)
      const eve = new TestClient(await Line.intoHost(host, 'two', { identity: 'eve' }), 'c')
      eve.sayHello()
      expect(await eve.refusal()).toMatchObject({ code: 'unauthorized' })
    })

    test('makes a room once, and of no other schema', async () => {
      const { host } = await openHost()
      const made = await host.create('one', shopSchema)
      expect(made).toMatchObject({ isNew: true, position: { version: 0 } })
      expect(await host.create('one')).toEqual({ ...made, isNew: false })
      const other = defineSchema({ name: 'shop', version: 2, sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' })
      await expect(host.create('two', other)).rejects.toMatchObject({
        code: 'schema-mismatch',
        message: expect.stringContaining('version 2'),
      })
      expect(host.openCount).toBe(1)
      const both = await Promise.all([host.create('two'), host.create('two')])
      expect(both.filter(({ isNew }) => isNew)).toHaveLength(1)
    })

    test('gives the changes since a version, or none where a snapshot is to be fetched', async () => {
      const { host } = await openHost()
      const client = await comeIn(host, 'one')
      await client.call('addItem', { title: 'tea' })
      await client.call('addItem', { title: 'milk' })
      const { position, patch } = (await host.changes('one', 1)) ?? {}
      expect([position, JSON.parse(patch ?? '')]).toEqual([await host.position('one'), [['items', [[expect.any(String), 'milk', 0]], []]]])
      expect(await host.changes('one', 1, position?.epoch)).toEqual({ position, patch })
      expect(await host.changes('one', 1, 'another')).toBeNull()
      expect(await host.changes('one', 3)).toBeNull()
      expect(await host.isShortCatchUp('one', 0)).toBe(true)
      await client.call('addMany', { count: 3000, length: 100 })
      expect(await host.isShortCatchUp('one', 0)).toBe(false)
    })

    test('refuses what can be no room, and one that is broken, and goes on with others', async () => {
      const { host, events, directory } = await openHost()
      await expect(host.position('a/b')).rejects.toMatchObject({ name: 'SavepointError', code: 'bad-room' })
      await comeIn(host, 'broken')
      await host.close()
      writeFileSync(roomPaths(directory, 'broken').database, 'this is no database')
      const again = await openHost({ directory })
      await expect(Line.intoHost(again.host, 'broken')).rejects.toMatchObject({ code: 'unavailable' })
      expect(again.events).toContainEqual({
        event: 'room-failed',
        room: 'broken',
        error: expect.objectContaining({ code: 'SQLITE_NOTADB' }),
      })
      const client = await comeIn(again.host, 'fine')
      expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
      expect(events.filter(({ event }) => event.startsWith('room-')).map(({ event }) => event)).toEqual(['room-opened', 'room-closed'])
    })

    test('closes rooms that nobody uses, and opens them again with what they had', async () => {
      const { host } = await openHost()
      const client = await comeIn(host, 'one')
      await client.call('addItem', { title: 'tea' })
      const before = await host.position('one')
      await host.sweep(0)
      expect(host.openCount).toBe(1)
      client.line.hangUp()
      await host.sweep(0)
      expect(host.openCount).toBe(0)
      expect(await host.position('one')).toEqual(before)
    })

    test('tells how open rooms stand, and opens none for it', async () => {
      const { host } = await openHost()
      expect(await host.overview()).toEqual([])
      const [one] = [await comeIn(host, 'one', 'a', { identity: 'ann' }), await comeIn(host, 'one', 'b'), await comeIn(host, 'two')]
      await one.call('addItem', { title: 'tea' })
      const overview = [...(await host.overview())].sort((a, b) => (a.room < b.room ? -1 : 1))
      expect(overview).toMatchObject([
        { room: 'one', version: 1, isServing: true, lines: { live: 2 }, lag: 0, queued: 0, logVersions: 1 },
        { room: 'two', version: 0, isServing: true, lines: { live: 1 } },
      ])
      expect(overview[0]?.bytes).toBeGreaterThan(4096)
    })

    test('shows a room’s lines, its clients, and the end of its log', async () => {
      const { host } = await openHost()
      const one = await comeIn(host, 'one', 'a', { identity: 'ann' })
      await Line.intoHost(host, 'one')
      for (const title of ['tea', 'tea', 'milk']) await one.call('addItem', { title })
      const view = await host.inspect('one')
      expect(view).toMatchObject({ ...(await host.position('one')), lines: { live: 1, new: 1 } })
      expect(view.connected).toMatchObject([
        { clientID: 'a', identity: 'ann', state: 'live', version: 3 },
        { clientID: null, state: 'new', version: null },
      ])
      expect(view.clients).toMatchObject([{ clientID: 'a', identity: 'ann', lastMutationID: 3, lastVersion: 3, unconfirmed: 3 }])
      expect(await host.history('one', 2)).toMatchObject([
        { version: 2, clientID: 'a', mutationID: 2, name: 'addItem', author: 'ann', failure: { reason: 'constraint', code: 'unique' } },
        { version: 3, failure: null, args: '{"json":{"title":"milk"}}' },
      ])
    })

    test('[G10] cuts who does not read, between what is sent at once, and not the others', async () => {
      const { host, events } = await openHost({ socketBufferBytes: 1000 })
      let bufferedBytes = 0
      const slow = await comeIn(host, 'one', 'slow', {
        meddle: (socket: object) => Object.defineProperty(socket, 'bufferedBytes', { get: () => bufferedBytes }),
      })
      const other = await comeIn(host, 'one', 'other')
      await other.call('addItem', { title: 'tea' })
      await slow.reach(1)
      bufferedBytes = 1001
      await other.call('addItem', { title: 'milk' })
      expect(await slow.line.ended()).toBe('cut')
      expect(events).toContainEqual({ event: 'client-cut', room: 'one', bufferedBytes: 1001 })
      expect(await other.call('addItem', { title: 'rice' })).toMatchObject({ ok: true })
      bufferedBytes = 0
      slow.line = await Line.intoHost(host, 'one')
      await slow.greet()
      expect(slow.digest).toBe(other.digest)
    })

    test('[G4] when it is closed, finishes what was pushed, tells everyone, and opens nothing more', async () => {
      const { host, directory } = await openHost()
      const clients = [await comeIn(host, 'one'), await comeIn(host, 'two')]
      for (const client of clients) client.push(...Array.from({ length: 500 }, (_, i) => client.mutation('addItem', { title: `${i}` })))
      const closed = host.close()
      await expect(host.position('three')).rejects.toMatchObject({ code: 'going-away' })
      for (const client of clients) {
        expect(await client.outcome(500)).toMatchObject({ ok: true })
        expect(await client.refusal()).toMatchObject({ code: 'going-away' })
      }
      await closed
      await host.close()
      const again = await openHost({ directory })
      expect(await again.host.position('one')).toMatchObject({ version: 500, digest: clients[0]?.digest })
    })
  })
}
