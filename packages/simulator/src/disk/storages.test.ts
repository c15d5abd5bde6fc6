import { join } from 'node:path'
import { loadWaSqlite } from '@savepoint/client/node'
import { SyncedDatabase } from '@savepoint/sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { type Random, randomOf } from '../random.ts'
import { clientStorage } from './client-storage.ts'
import { FileDisk } from './file-disk.ts'
import { roomStorage } from './room-storage.ts'
import { ProcessKilled, type SimulatedDisk } from './simulated-disk.ts'
import { simulationDirectory } from './simulation-directory.ts'
import { mutators, SmallWorld, schema } from './small-world.contract.ts'
import { WaDisk } from './wa-disk.ts'

const SEEDS = 30
const TURNS = 12

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

  const killLater = (disk: SimulatedDisk, power: boolean, random: Random) => {
    let left = random.int(1, 150)
    const how = random.pick(['before', 'during', 'after'])
    const kill = () => {
      if (--left !== 0) return
      if (how === 'during') disk.crashDuring(power)
      else disk.crash(power)
    }
    disk.watch = how === 'after' ? { after: kill } : { before: kill }
  }
  const failLater = (disk: SimulatedDisk, random: Random) => {
    if (random.chance(0.3)) disk.fill()
    else disk.fail(random.pick(['write', 'sync']), random.int(1, 40), random.int(1, 4))
  }

  test.each([
    ['processes that are killed', (disk: SimulatedDisk, random: Random) => killLater(disk, false, random)],
    ['losses of power', (disk: SimulatedDisk, random: Random) => killLater(disk, true, random)],
    ['disks that fail or are full', failLater],
    [
      'all of these',
      (disk: SimulatedDisk, random: Random) => (random.chance(0.5) ? failLater(disk, random) : killLater(disk, random.chance(0.5), random)),
    ],
  ])('[G1] [G4] [G5] what was durable is there, once and whole, after %s', async (trouble, make) => {
    let crashes = 0
    for (let i = 0; i < SEEDS; i++) {
      const seed = `${trouble} ${i}`
      const { small, roomDisk, clientDisk, random } = world(seed)
      const [called, durable] = [new Set<string>(), new Set<string>()]
      const lives = { room: -1, client: -1 }
      for (let turn = 0; turn < TURNS; turn++) {
        const isLast = turn === TURNS - 1
        if (turn % 4 === 3 || isLast) {
          for (const disk of [roomDisk, clientDisk]) {
            disk.watch = {}
            disk.mend()
          }
        }
        try {
          if (lives.room !== roomDisk.crashes) {
            small.room = undefined
            await small.startRoom()
            lives.room = roomDisk.crashes
          }
          if (lives.client !== clientDisk.crashes) {
            small.startClient()
            lives.client = clientDisk.crashes
          }
          for (let j = 0; j < 3 && !isLast; j++) {
            const name = `${turn}.${j}`
            called.add(name)
            const handle = add(small, name)
            const settled = [() => void durable.add(name), () => {}] as const
            if (handle?.local.ok) handle.durable.then(...settled)
          }
        } catch (error) {
          if (!(error instanceof ProcessKilled) && !isTrouble(error)) throw error
        }
        if (!isLast && turn % 2 === 0) make(random.chance(0.5) ? roomDisk : clientDisk, random)
        await small.turns.pass(isLast ? 60_000 : random.int(1, 3000))
      }
      crashes += roomDisk.crashes + clientDisk.crashes
      const sql = 'SELECT counts.name, counts.n, twins.n AS twin FROM counts LEFT JOIN twins USING (name) ORDER BY name'
      const found = (await small.client?.query<{ name: string; n: number; twin: number }>(sql)) ?? []
      expect(small.client?.status, seed).toMatchObject({ pending: 0 })
      expect(small.client?.digest, seed).toBe(small.room?.position.digest)
      const wrong = found.filter(({ n, twin, name }) => n !== 1 || twin !== 1 || !called.has(name))
      const lost = [...durable].filter((name) => !found.some((row) => row.name === name))
      expect({ wrong, lost }, seed).toEqual({ wrong: [], lost: [] })
      await small.client?.close()
      await small.room?.close()
      for (const disk of [roomDisk, clientDisk]) disk.dispose()
    }
    if (make !== failLater) expect(crashes).toBeGreaterThan(SEEDS)
  })
})

/** What opening says of a disk that fails. */
function isTrouble(error: unknown): boolean {
  return /^SQLITE_(IOERR|FULL)/.test((error as { code?: string }).code ?? '')
}
