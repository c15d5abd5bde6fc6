import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { SavepointServer } from '../create-server.ts'
import { shopMutators, shopSchema } from '../testing/shop.ts'
import { StandaloneLog } from '../testing/standalone-log.ts'
import { browserWorld } from './clock.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'
import { openWorkerServer } from './open-worker-server.ts'

/** What stays of a browser when its service worker ends. */
class KeptLogs {
  readonly logs = new Map<string, StandaloneLog>()

  async has(room: string): Promise<boolean> {
    return this.logs.get(room)?.epoch !== undefined
  }

  log(room: string) {
    const log = this.logs.get(room) ?? new StandaloneLog()
    this.logs.set(room, log)
    return log.open()
  }
}

let loaded: Promise<WaSqliteModule> | undefined

/** A server in memory that is all new, but for its logs. */
async function open(logs: KeptLogs): Promise<SavepointServer> {
  loaded ??= loadWaSqlite(
    new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.wasm'))).buffer,
  )
  const definition = { schema: shopSchema, mutators: shopMutators }
  const server = openWorkerServer(definition, { world: browserWorld, module: await loaded, logs })
  onTestFinished(() => server.close())
  return server
}

async function push(server: SavepointServer, mutationID: number, name: string, args: unknown) {
  const body = JSON.stringify({ clientID: 'script', mutations: [{ mutationID, name, args }] })
  const response = await server.app.request('/rooms/shop/mutations', { method: 'POST', body })
  return (await response.json()) as { version: number; outcomes: { outcome: unknown }[]; code?: string }
}

test('[G4] what a server has acknowledged is there when another opens from the logs alone, and is there once', async () => {
  const logs = new KeptLogs()
  const first = await open(logs)
  expect((await first.app.request('/rooms/shop', { method: 'PUT' })).status).toBe(201)
  const added = await push(first, 1, 'addItem', { title: 'green tea', stock: 5 })
  await push(first, 2, 'order', { title: 'green tea' })
  const { digest } = await first.rooms.position('shop')

  const second = await open(logs)
  expect((await second.app.request('/rooms/shop', { method: 'PUT' })).status).toBe(200)
  expect(await push(second, 1, 'addItem', { title: 'green tea', stock: 5 })).toMatchObject({ version: 2, outcomes: added.outcomes })
  expect(await second.rooms.position('shop')).toMatchObject({ version: 2, digest })
  expect(await (await second.app.request('/rooms/shop/changes?since=1')).json()).toMatchObject({ from: 1, to: 2 })
  expect(await push(second, 3, 'restock', { title: 'green tea', by: 1 })).toMatchObject({ version: 3 })
})

test('[G4] readers see what is committed while a batch waits for the log', async () => {
  const logs = new KeptLogs()
  const server = await open(logs)
  await push(server, 1, 'addItem', { title: 'tea', stock: 5 })
  const log = logs.logs.get('shop') as StandaloneLog
  let release = () => {}
  const asked = new Promise<void>((resolve) => {
    log.latency = () => {
      resolve()
      return new Promise((go) => {
        release = go
      })
    }
  })
  const pushed = push(server, 2, 'addItem', { title: 'milk' })
  await asked
  expect(await titles(server)).toEqual(['tea'])
  release()
  await pushed
  expect((await server.rooms.position('shop')).version).toBe(2)
})

test('a room that nobody uses leaves the memory, and comes back as it was', async () => {
  const logs = new KeptLogs()
  const server = await open(logs)
  await push(server, 1, 'addItem', { title: 'tea' })
  await server.rooms.sweep(0)
  expect(server.rooms.openCount).toBe(0)
  await push(server, 2, 'addItem', { title: 'milk' })
  expect(await titles(server)).toEqual(['milk', 'tea'])
})

/** As a newcomer gets them. */
async function titles(server: SavepointServer): Promise<unknown[]> {
  const snapshot = await server.app.request('/rooms/shop/snapshot')
  const driver = openBetterSqlite3(':memory:', { bytes: new Uint8Array(await snapshot.arrayBuffer()) })
  const copy = SyncedDatabase.open(driver, shopSchema, shopMutators)
  expect(copy.scanDigest().toString()).toBe(snapshot.headers.get('savepoint-digest'))
  const statement = driver.prepare('SELECT title FROM items ORDER BY title')
  const found = statement.all().map(({ title }) => title)
  statement.finalize()
  copy.close()
  return found
}
