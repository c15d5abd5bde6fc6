import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { FILE_NAMES, FileStorage } from './browser-storage/file-storage.ts'
import { HandMirrorStore } from './browser-storage/hand-mirror-store.contract.ts'
import { Mirror } from './browser-storage/mirror.ts'
import { mirrorStorage } from './browser-storage/mirror-storage.ts'
import { openOpfsFiles } from './browser-storage/open-opfs-files.ts'
import { OpfsDisk } from './browser-storage/opfs-disk.contract.ts'
import type { SnapshotSink } from './connection/transport.ts'
import { diskStorage } from './disk-storage.ts'
import { loadWaSqlite } from './load-wa-sqlite.ts'
import { LocalState } from './local-state.ts'
import type { ReplicaStorage } from './storage.ts'
import { shopMutators, shopSchema } from './testing/shop.contract.ts'

const PART_BYTES = 100_000
const module = await loadWaSqlite()

/** A storage whose process can end, and start again. */
interface Place {
  open(): Promise<ReplicaStorage>
  crash(): Promise<void>
  close(): void
}

function onFiles(): Place {
  let random = 0.1
  const disk = new OpfsDisk(() => (random = (random * 7 + 0.3) % 1))
  return {
    open: async () => {
      const files = await openOpfsFiles({ root: disk, name: 'r', wait: async () => {} })
      return new FileStorage({ info: { kind: 'disk' }, module, files, journal: 'wal' })
    },
    crash: async () => disk.crash(true),
    close() {},
  }
}

function onMirror(): Place {
  let store = new HandMirrorStore()
  let last: ReplicaStorage | undefined
  return {
    async open() {
      last = mirrorStorage(module, await Mirror.open(store, FILE_NAMES), 'no files')
      return last
    },
    async crash() {
      await last?.flushed?.()
      store = store.crash()
    },
    close() {},
  }
}

function inNode(): Place {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-received-'))
  return {
    open: () => diskStorage(directory),
    async crash() {},
    close() {
      expect(readdirSync(directory).filter((name) => name.startsWith('snapshot'))).toEqual([])
      rmSync(directory, { recursive: true })
    },
  }
}

/** A file of some 9 MB, which calls itself one with a log. */
const image = (() => {
  const driver = openWaSqlite(module)
  driver.exec(
    'CREATE TABLE t (a); WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 900) INSERT INTO t SELECT randomblob(10000) FROM k',
  )
  const bytes = driver.serialize()
  driver.close()
  return bytes.fill(2, 18, 20)
})()

function give(sink: SnapshotSink, tag: string, from: number, to: number): void {
  sink.begin(tag, image.length, from)
  for (let at = from; at < to; at += PART_BYTES) sink.write(image.subarray(at, Math.min(at + PART_BYTES, to)))
}

const receive = (storage: ReplicaStorage, generation: number) => {
  const sink = storage.receive?.(generation)
  if (sink === undefined) throw new Error('This storage takes whole images only')
  return sink
}

describe.each([
  ['files', onFiles],
  ['a mirror', onMirror],
  ["Node's files", inNode],
])('a snapshot that is received on %s', (_, make) => {
  let place: Place
  afterEach(() => place.close())

  test('is a base once it is whole', async () => {
    place = make()
    const storage = await place.open()
    expect(receive(storage, 1).partial).toBeUndefined()
    give(receive(storage, 1), '"e.1"', 0, image.length)
    const base = storage.openBase(1, 'received')
    expect(base.prepare('SELECT count(*) FROM t').exact()).toEqual([[900]])
    expect(base.prepare('PRAGMA integrity_check').exact()).toEqual([['ok']])
    expect(receive(storage, 2).partial).toBeUndefined()
    base.close()
  })

  test('goes on after a crash from where it was flushed, and comes to the same', async () => {
    place = make()
    give(receive(await place.open(), 1), '"e.1"', 0, 6_000_000)
    await place.crash()
    const again = await place.open()
    again.keepOnly(0)
    const sink = receive(again, 1)
    expect(sink.partial?.tag).toBe('"e.1"')
    const at = sink.partial?.bytes ?? 0
    expect(at).toBeGreaterThan(4_000_000)
    expect(at).toBeLessThanOrEqual(6_000_000)
    give(sink, '"e.1"', at, image.length)
    await place.crash()
    const last = await place.open()
    last.keepOnly(0)
    expect(receive(last, 1).partial).toEqual({ tag: '"e.1"', bytes: image.length })
    const base = last.openBase(1, 'received')
    expect(base.prepare('PRAGMA integrity_check').exact()).toEqual([['ok']])
    base.close()
  })

  test('starts over if another came in its place', async () => {
    place = make()
    const storage = await place.open()
    give(receive(storage, 1), '"e.1"', 0, 6_000_000)
    give(receive(storage, 1), '"e.2"', 0, image.length)
    const base = storage.openBase(1, 'received')
    expect(base.prepare('PRAGMA integrity_check').exact()).toEqual([['ok']])
    base.close()
  })

  test('is gone on with by a client that was closed before it had its first base', async () => {
    place = make()
    const open = (storage: ReplicaStorage) =>
      new LocalState({
        storage,
        schema: shopSchema,
        mutators: shopMutators,
        auth: undefined,
        newClientID: () => 'me',
        report: (error) => {
          throw error
        },
      })
    const first = open(await place.open())
    const sink = first.receive()
    if (sink !== undefined) give(sink, '"e.1"', 0, 6_000_000)
    await first.close()
    await place.crash()
    const storage = await place.open()
    const next = open(storage)
    expect(next.receive()?.partial?.tag).toBe('"e.1"')
    await next.close()
    storage.keepOnly(5)
  })

  test('is dropped where the base that it was to become has to begin empty', async () => {
    place = make()
    const storage = await place.open()
    storage.openBase(0).close()
    give(receive(storage, 1), '"e.1"', 0, 6_000_000)
    storage.keepOnly(1)
    const fresh = storage.openBase(1)
    expect(fresh.prepare('SELECT count(*) FROM sqlite_schema').exact()).toEqual([[0]])
    fresh.close()
  })

  test('is never seen before it is whole', async () => {
    place = make()
    const storage = await place.open()
    const old = storage.openBase(0)
    old.exec('CREATE TABLE mine (a)')
    give(receive(storage, 1), '"e.1"', 0, 8_000_000)
    expect(() => storage.openBase(1, 'received')).toThrow('not whole')
    old.close()
    storage.keepOnly(0)
    const [base, fresh] = [storage.openBase(0), storage.openBase(1)]
    for (const [driver, tables] of [
      [base, 1],
      [fresh, 0],
    ] as const) {
      expect(driver.prepare('SELECT count(*) FROM sqlite_schema').exact()).toEqual([[tables]])
      driver.close()
    }
    storage.keepOnly(1)
    expect(receive(storage, 2).partial).toBeUndefined()
  })
})
