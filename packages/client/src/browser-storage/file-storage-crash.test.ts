import { seededRandom } from '@savepoint/core'
import { type Driver, SqliteError } from '@savepoint/sqlite'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { FileStorage } from './file-storage.ts'
import { openOpfsFiles } from './open-opfs-files.ts'
import { OpfsDisk } from './opfs-disk.contract.ts'

const SEEDS = 150
const LIVES = 5
const ROWS = 60

const module = await loadWaSqlite()
const one = (driver: Driver, sql: string) => driver.prepare(sql).exact()[0]?.[0]

/** Every row of a base is of the same turn: one that is torn, or of two turns, shows. */
const WRITE_TURN = (turn: number) =>
  `BEGIN; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, turn, filler); DELETE FROM t WHERE turn % 3 = 0;
   WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${ROWS}) INSERT OR REPLACE INTO t SELECT i, ${turn}, hex(randomblob(200)) FROM k; COMMIT`

function imageOf(turn: number): Uint8Array {
  const driver = openWaSqlite(module)
  driver.exec(WRITE_TURN(turn))
  const image = driver.serialize()
  driver.close()
  return image
}

/** What a client does with its storage, without the client: acknowledged are a list of mutations, and a base that is whole. */
class Life {
  readonly storage: FileStorage
  readonly pending: Driver
  base: Driver
  generation: number
  constructor(storage: FileStorage) {
    this.storage = storage
    this.pending = storage.openPending()
    this.pending.exec('CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, filler); CREATE TABLE IF NOT EXISTS client (generation)')
    this.generation = (one(this.pending, 'SELECT generation FROM client') as number | undefined) ?? 0
    storage.keepOnly(this.generation)
    this.base = storage.openBase(this.generation)
  }

  import(turn: number): void {
    const { generation } = this
    const fresh = this.storage.openBase(generation + 1, imageOf(turn))
    this.pending.exec(`BEGIN; DELETE FROM client; INSERT INTO client VALUES (${generation + 1}); COMMIT`)
    this.base.close()
    this.base = fresh
    this.generation++
    this.storage.keepOnly(this.generation)
  }
}

test.each([
  ['the process ends', false],
  ['power is lost', true],
])('[G5] what was committed is there, and a base is the old one or the new one, whenever %s', async (_, power) => {
  let ends = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seededRandom(`crash ${seed}`)
    const int = (max: number) => Math.floor(random() * max)
    const disk = new OpfsDisk(random)
    let [queued, turn, written] = [0, 0, 0]
    for (let i = 0; i < LIVES; i++) {
      const files = await openOpfsFiles({ root: disk, name: 'r', wait: async () => {} })
      const storage = new FileStorage({ info: { kind: 'disk' }, module, files, journal: 'wal' })
      const life = { drivers: [] as Driver[] }
      disk.changesLeft = i === LIVES - 1 ? Number.POSITIVE_INFINITY : int(2 ** int(12))
      try {
        const replica = new Life(storage)
        life.drivers.push(replica.pending, replica.base)
        for (const driver of life.drivers) expect(one(driver, 'PRAGMA integrity_check'), `seed ${seed}`).toBe('ok')
        const found = one(replica.pending, 'SELECT count(*) FROM queue') as number
        expect([queued, queued + 1], `seed ${seed}`).toContain(found)
        queued = found
        if (written > 0) {
          const [low, high, count] = replica.base.prepare('SELECT min(turn), max(turn), count(*) FROM t').exact()[0] ?? []
          expect([low, count], `seed ${seed}`).toEqual([high, ROWS])
          expect(turn - (low as number), `seed ${seed}`).toBeLessThanOrEqual(turn - written)
        }
        for (let step = 0; step < (i === LIVES - 1 ? 0 : 60); step++) {
          const what = int(10)
          if (what < 7) {
            replica.pending.exec(`INSERT INTO queue (filler) VALUES (hex(randomblob(${int(2000)})))`)
            queued++
          } else {
            turn++
            if (what < 9) replica.base.exec(WRITE_TURN(turn))
            else {
              replica.import(turn)
              life.drivers.push(replica.base)
            }
            written = turn
          }
        }
      } catch (error) {
        if (!(error instanceof SqliteError)) throw error
        ends++
      }
      disk.crash(power)
      for (const driver of life.drivers) driver.close()
    }
  }
  expect(ends).toBeGreaterThan(SEEDS)
})
