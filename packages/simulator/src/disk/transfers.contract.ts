import type { Driver } from '@savepoint/sqlite'
import { type Random, randomOf } from '../random.ts'
import { ProcessKilled, type SimulatedDisk } from './simulated-disk.ts'

const ACCOUNTS = 40
const TRANSFERS = 12

/** Transactions of a few statements each, of which a half would be seen. */
class Transfers {
  readonly #open: () => Driver
  readonly #random: Random
  /** COMMIT was begun. */
  begun = 0
  /** COMMIT has returned. */
  committed = 0

  constructor(open: () => Driver, random: Random) {
    this.#open = open
    this.#random = random
  }

  setUp(): void {
    const driver = this.#open()
    driver.exec(`CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, note TEXT);
      CREATE TABLE IF NOT EXISTS transfers (n INTEGER NOT NULL, side INTEGER NOT NULL, PRIMARY KEY (n, side)) WITHOUT ROWID;
      INSERT OR IGNORE INTO accounts WITH k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${ACCOUNTS}) SELECT i, 0, '' FROM k`)
    driver.close()
  }

  /** Until the process is killed. */
  run(): void {
    const driver = this.#open()
    const random = this.#random
    const move = driver.prepare('UPDATE accounts SET balance = balance + ?, note = ? WHERE id = ?')
    const record = driver.prepare('INSERT INTO transfers VALUES (?, ?)')
    for (let i = 0; i < TRANSFERS; i++) {
      const n = this.committed + 1
      driver.exec('BEGIN IMMEDIATE')
      for (const side of [1, 2]) {
        for (let j = 0; j < 4; j++) {
          move.run([side === 1 ? 1 : -1, 'x'.repeat(random.int(0, 900)), random.int(1, ACCOUNTS)])
        }
        record.run([n, side])
      }
      this.begun = n
      driver.exec('COMMIT')
      this.committed = n
    }
    driver.close()
  }

  /** What is wrong with what is found, or undefined. */
  check(): string | undefined {
    let driver: Driver | undefined
    const one = (sql: string) => driver?.prepare(sql).exact()[0]?.[0]
    try {
      driver = this.#open()
      const integrity = one('PRAGMA integrity_check')
      if (integrity !== 'ok') return `integrity: ${integrity}`
      const sum = one('SELECT sum(balance) FROM accounts')
      const [rows, last] = [one('SELECT count(*) FROM transfers'), one('SELECT coalesce(max(n), 0) FROM transfers')] as [number, number]
      if (sum !== 0 || rows !== 2 * last) return `half a transaction: a sum of ${sum}, ${rows} rows up to ${last}`
      if (last < this.committed) return `${this.committed} were committed, ${last} are there`
      if (last > this.begun) return `${last} are there, ${this.begun} were begun`
      this.begun = last
      this.committed = last
      return undefined
    } catch (error) {
      return String(error)
    } finally {
      driver?.close()
    }
  }
}

/**
 * Kills the process at a random statement of a run of transfers, three times over, and tells what was wrong after one of
 * them.
 */
export function losses(disk: SimulatedDisk, open: () => Driver, seed: string, power: boolean): string | undefined {
  const random = randomOf(seed, 'transfers')
  const transfers = new Transfers(open, random)
  transfers.setUp()
  disk.crash(false)
  for (let life = 1; life <= 3; life++) {
    let left = random.int(0, 60)
    const how = random.pick(['before', 'during', 'after'])
    const kill = () => {
      if (left-- > 0) return
      if (how === 'during') disk.crashDuring(power)
      else disk.crash(power)
    }
    disk.watch = how === 'after' ? { after: kill } : { before: kill }
    let isKilled = false
    try {
      transfers.run()
    } catch (error) {
      if (!(error instanceof ProcessKilled)) throw error
      isKilled = true
    }
    disk.watch = {}
    if (!isKilled) disk.crash(power)
    const wrong = transfers.check()
    if (wrong !== undefined) return `${seed}, life ${life}, killed ${how} a statement: ${wrong}`
  }
  return undefined
}
