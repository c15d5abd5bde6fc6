import { seededRandom } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BrowserStorage } from './browser-storage/browser-storage.ts'
import { FileStorage } from './browser-storage/file-storage.ts'
import { openOpfsFiles } from './browser-storage/open-opfs-files.ts'
import { OpfsDisk } from './browser-storage/opfs-disk.contract.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'
import { Visit } from './testing/visit.contract.ts'

const PAGE_BYTES = 4096
const module = await loadWaSqlite()

let disk: OpfsDisk
let storage: BrowserStorage
let visit: Visit
beforeEach(async () => {
  disk = new OpfsDisk()
  await start()
  await visit.goLive()
})

async function start(): Promise<void> {
  storage = new FileStorage({
    info: { kind: 'disk' },
    module,
    files: await openOpfsFiles({ root: disk, name: 'r', wait: async () => {} }),
    journal: 'wal',
  })
  visit = Visit.withShop(storage)
}

const file = (name: string) => `savepoint/r/${name}`
const bytesOf = (name: string) => disk.bytes(file(name))
const garbage = (length: number) => new Uint8Array(length).fill(0xa5)
const add = (name: string) => visit.client.mutate.add({ name, by: 1 })
const names = () =>
  visit.client.query<{ name: string }>('SELECT name FROM items ORDER BY name').then((rows) => rows.map(({ name }) => name))
const message = (error: unknown) => (error as Error).message

/** The client closes, the medium breaks, and another starts. */
async function restart(damage: () => void): Promise<void> {
  await visit.client.close()
  storage.release()
  damage()
  await start()
}

async function confirm(count: number): Promise<void> {
  for (let i = 0; i < count; i++) visit.client.mutate.note({ text: `${i} `.repeat(300) })
  await visit.scheduler.settle()
  await visit.answer()
  await visit.scheduler.pass(1000)
}

describe('[G5] a base that is damaged', () => {
  test.each([
    ['in its header', () => disk.damage(file('base-1.db'), 0, garbage(100))],
    ['in its schema', () => disk.damage(file('base-1.db'), 100, garbage(PAGE_BYTES - 100))],
    ['to nothing but noise', () => disk.damage(file('base-1.db'), 0, garbage(bytesOf('base-1.db').length))],
  ])('%s is dropped when it is opened; what is pending is kept, and the rest comes from the server', async (_, damage) => {
    await confirm(3)
    visit.client.stop()
    add('tea')
    const { clientID } = visit.client
    await restart(damage)
    expect(visit.failures().map(message)).toEqual([expect.stringContaining('The file of the replica was damaged')])
    expect(visit.client.status).toMatchObject({ version: null, pending: 1 })
    expect(visit.client.clientID).toBe(clientID)
    expect(await names()).toEqual(['tea'])
    await visit.goLive()
    expect(visit.client.status).toMatchObject({ connection: 'live', pending: 1 })
  })

  test('where it is met only later is replaced by a snapshot, once', async () => {
    await confirm(200)
    visit.client.stop()
    add('tea')
    await restart(() => {
      const { length } = bytesOf('base-1.db')
      for (let page = 8; page * PAGE_BYTES < length; page++) disk.damage(file('base-1.db'), page * PAGE_BYTES, garbage(100))
    })
    visit.client.start()
    visit.transport.socket.open()
    const hellos = () => visit.transport.sockets.flatMap((socket) => socket.all('hello').map(({ base }) => base?.version ?? null))
    for (let i = 0; i < 3; i++) {
      await expect(visit.client.query('SELECT sum(length(text)) FROM notes')).rejects.toThrow(
        expect.objectContaining({ code: 'SQLITE_CORRUPT' }),
      )
    }
    visit.transport.socket.open()
    expect(hellos()).toEqual([200, null])
    await visit.goLive()
    expect(visit.client.status).toMatchObject({ connection: 'live', pending: 1 })
    expect(await visit.client.query('SELECT count(*) AS n FROM notes')).toEqual([{ n: 0 }])
    expect(await names()).toEqual(['tea'])
  })
})

describe('[G5] a queue that is damaged', () => {
  const fill = async (count: number) => {
    visit.client.stop()
    for (let i = 0; i < count; i++) visit.client.mutate.note({ text: `${i} `.repeat(300) })
    await visit.scheduler.settle()
  }

  test('beyond reading leads to a new identity, and says so', async () => {
    await fill(3)
    await restart(() => disk.damage(file('meta.db'), 0, garbage(100)))
    expect(visit.failures().map(message)).toEqual([expect.stringMatching(/0 pending mutations .* new ID/)])
    expect(visit.client.status).toMatchObject({ version: null, pending: 0 })
    await visit.goLive()
    add('tea')
    await visit.scheduler.settle()
    await visit.answer()
    expect(await names()).toEqual(['tea'])
    await restart(() => {})
    expect(visit.failures()).toEqual([])
  })

  test('in some page keeps what can be read, under the same identity', async () => {
    await fill(100)
    const { clientID } = visit.client
    const ids = new Set(visit.client.mutations().map(({ id }) => id))
    await restart(() => {
      const pages = bytesOf('meta.db').length / PAGE_BYTES
      disk.damage(file('meta.db'), Math.floor(pages / 2) * PAGE_BYTES, garbage(PAGE_BYTES))
    })
    const kept = visit.client.mutations()
    expect(visit.failures().map(message)).toEqual([expect.stringContaining(`${kept.length} pending mutations`)])
    expect(visit.client.clientID).toBe(clientID)
    expect(kept.length).toBeGreaterThan(80)
    expect(kept.length).toBeLessThan(100)
    for (const { id, status } of kept) expect([ids.has(id), status]).toEqual([true, 'pending'])
    await visit.goLive()
    expect(visit.client.status).toMatchObject({ pending: kept.length })
  })

  test('anywhere never keeps a client from starting, and never loses more than it says', async () => {
    const random = seededRandom('damage')
    await fill(60)
    for (let i = 0; i < 40; i++) {
      await restart(() => {
        const { length } = bytesOf('meta.db')
        const at = Math.floor(random() * length)
        disk.damage(file('meta.db'), at, garbage(Math.min(length - at, 1 + Math.floor(random() * 2 * PAGE_BYTES))))
      })
      const [report] = visit.failures().map(message)
      const { pending } = visit.client.status
      if (report === undefined) continue
      expect(report).toContain('The file of pending mutations was damaged')
      if (!report.includes('new ID')) expect(report).toContain(`${pending} pending mutations`)
      else expect(pending).toBe(0)
      await restart(() => {})
      expect(visit.failures()).toEqual([])
      await visit.client.close()
      storage.release()
      disk = new OpfsDisk()
      await start()
      await fill(60)
    }
  })
})
