import { join } from 'node:path'
import { loadWaSqlite } from '@savepoint/client/node'
import { SyncedDatabase } from '@savepoint/sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { type Random, randomOf } from '../scenario/random.ts'
import { clientStorage } from './client-storage.ts'
import { FileDisk } from './file-disk.ts'
import { roomStorage } from './room-storage.ts'
import { ProcessKilled, type SimulatedDisk } from './simulated-disk.ts'
import { simulationDirectory } from './simulation-directory.ts'
import { mutators, SmallWorld, schema } from './small-world.contract.ts'
import { WaDisk } from './wa-disk.ts'

const SEEDS = 40

const module = await loadWaSqlite()
const directory = simulationDirectory()
afterAll(() => directory.remove())
let disks = 0

const engines: { name: string; create(random: Random): SimulatedDisk }[] = [
  { name: 'wa-sqlite', create: (random) => WaDisk.create({ module, random }) },
  { name: 'better-sqlite3', create: (random) => FileDisk.create({ directory: join(directory.path, `${++disks}`), random }) },
]

describe.each(engines)('on $name', ({ create }) => {
  const world = (seed: string) => {
    const [roomDisk, clientDisk] = [create(randomOf(seed, 'room')), create(randomOf(seed, 'client'))]
    const small = new SmallWorld({ seed, module, roomDisk, clientDisk })
    return { small, roomDisk, clientDisk, random: randomOf(seed, 'kills') }
  }
  const add = (small: SmallWorld, name: string) => small.client?.mutate.add({ name, filler: 'x'.repeat(300) })

  test('a storage is of use to its own process alone', () => {
    const disk = create(randomOf('own', 'disk'))
    const [client, room] = [clientStorage(disk), roomStorage(disk, 'room.db')]
    disk.crash(false)
    for (const use of [
      () => client.openPending(),
      () => client.openBase(0),
      () => client.openBase(0, new Uint8Array(0)),
      () => client.keepOnly(0),
      () => room.openWriter(),
      () => room.openReader(),
      () => room.replace(null),
    ]) {
      expect(use).toThrow(ProcessKilled)
    }
    disk.dispose()
  })

  test('one client at a time', () => {
    const disk = create(randomOf('one', 'disk'))
    const first = clientStorage(disk).openPending()
    expect(() => clientStorage(disk).openPending()).toThrow('Another client uses this disk')
    first.close()
    clientStorage(disk).openPending().close()
    disk.dispose()
  })

  test('both databases keep a write-ahead log and are flushed with each COMMIT', () => {
    const disk = create(randomOf('pragmas', 'disk'))
    const storage = clientStorage(disk)
    for (const driver of [storage.openPending(), storage.openBase(0)]) {
      expect(driver.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
      expect(driver.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    }
    disk.dispose()
  })

  test('a base starts as an image, and the others are swept away', () => {
    const disk = create(randomOf('image', 'disk'))
    const storage = clientStorage(disk)
    const first = storage.openBase(0)
    SyncedDatabase.open(first, schema, mutators)
    first.exec("INSERT INTO twins VALUES ('a', 1)")
    const image = disk.read('base-0.db')
    const second = storage.openBase(1, image)
    second.exec("INSERT INTO twins VALUES ('b', 2)")
    expect(second.prepare('SELECT name FROM twins').exact()).toEqual([['a'], ['b']])
    first.close()
    storage.keepOnly(1)
    expect(disk.list()).toEqual(['base-1.db'])
    disk.crash(true)
    expect(clientStorage(disk).openBase(1).prepare('SELECT name FROM twins').exact()).toEqual([['a'], ['b']])
    disk.dispose()
  })

  test('a reader of a room sees only what is committed, in the middle of a batch of many pages', async () => {
    const { small, roomDisk } = world('reader')
    await small.startRoom()
    small.startClient()
    await small.turns.pass(100)
    let seen = 0
    const halves: unknown[] = []
    const { watch } = roomDisk
    const look = () => {
      roomDisk.watch = watch
      const [row] = small.roomRows('SELECT (SELECT count(*) FROM counts) AS counts, (SELECT count(*) FROM twins) AS twins')
      if ((row as { counts: number }).counts % 50 !== 0) halves.push(row)
      seen++
      roomDisk.watch = { after: look }
    }
    roomDisk.watch = { after: look }
    for (let i = 0; i < 50; i++) add(small, `${i}`)
    await small.turns.pass(1000)
    roomDisk.watch = {}
    expect(seen).toBeGreaterThan(100)
    expect(halves).toEqual([])
    expect(small.client?.status).toMatchObject({ pending: 0, version: 50 })
    await small.client?.close()
    await small.room?.close()
    roomDisk.dispose()
  })

  test.each([false, true])(
    '[G4] [G5] what was durable is there, once and whole, wherever client and server are killed (loss of power: %s)',
    async (power) => {
      let kills = 0
      for (let i = 0; i < SEEDS; i++) {
        const { small, roomDisk, clientDisk, random } = world(`kills ${i}`)
        const durable = new Set<string>()
        const killLater = (disk: SimulatedDisk, within: number) => {
          let left = random.int(1, within)
          const how = random.pick(['before', 'during', 'after'])
          const kill = () => {
            if (--left !== 0) return
            kills++
            if (how === 'during') disk.crashDuring(power)
            else disk.crash(power)
          }
          disk.watch = how === 'after' ? { after: kill } : { before: kill }
        }
        const [called, lives] = [new Set<string>(), { room: -1, client: -1 }]
        for (let turn = 0; turn < 12; turn++) {
          const isLast = turn === 11
          if (isLast) [roomDisk.watch, clientDisk.watch] = [{}, {}]
          try {
            if (lives.room !== roomDisk.crashes) {
              lives.room = roomDisk.crashes
              small.room = undefined
              await small.startRoom()
            }
            if (lives.client !== clientDisk.crashes) {
              lives.client = clientDisk.crashes
              small.startClient()
            }
            if (!isLast && turn % 2 === 0) killLater(random.chance(0.5) ? roomDisk : clientDisk, 150)
            for (let j = 0; j < 3 && !isLast; j++) {
              const name = `${turn}.${j}`
              called.add(name)
              add(small, name)?.durable.then(
                () => durable.add(name),
                () => {},
              )
            }
          } catch (error) {
            if (!(error instanceof ProcessKilled)) throw error
          }
          await small.turns.pass(isLast ? 60_000 : random.int(1, 3000))
        }
        const found = await small.client?.query<{ name: string; n: number; twin: number }>(
          'SELECT counts.name, counts.n, twins.n AS twin FROM counts LEFT JOIN twins USING (name) ORDER BY name',
        )
        expect(small.client?.status).toMatchObject({ pending: 0 })
        expect(small.client?.digest).toBe(small.room?.position.digest)
        expect(found?.filter(({ n, twin, name }) => n !== 1 || twin !== 1 || !called.has(name))).toEqual([])
        expect([...durable].filter((name) => !found?.some((row) => row.name === name))).toEqual([])
        for (const disk of [roomDisk, clientDisk]) {
          for (const path of disk.list()) disk.read(path)
        }
        await small.client?.close()
        await small.room?.close()
        for (const disk of [roomDisk, clientDisk]) disk.dispose()
      }
      expect(kills).toBeGreaterThan(SEEDS)
    },
  )
})
