import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Driver, SqliteError } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { type Random, randomOf } from '../random.ts'
import { type CutFiles, cutFiles } from './cut-files.ts'
import { databaseFiles, isDatabase, markAsClosed } from './database-files.ts'
import { DiskFaults } from './disk-faults.ts'
import { type ConnectionHost, ProcessConnection } from './process-connection.ts'
import { type OpenOptions, ProcessKilled, type SimulatedDisk, type StatementWatch } from './simulated-disk.ts'
import { isCommit, isWrite } from './statement-kind.ts'

interface FileDiskOptions {
  /** Is made if it is missing, and removed with the disk. */
  readonly directory: string
  readonly random: Random
}

/** SQLite takes no limit lower than what the database has. */
const NO_MORE_PAGES = 'PRAGMA max_page_count = 1'
const PAGES_MAX = 'PRAGMA max_page_count = 4294967294'

/**
 * A disk of real files under better-sqlite3, for databases in WAL mode with `synchronous = FULL`: those have at most the log of the
 * COMMIT under way unflushed, so that is all that a crash can cost. Faults come at statements: the engine lets nobody
 * between it and its files.
 */
export class FileDisk implements SimulatedDisk, ConnectionHost {
  readonly engine = 'better-sqlite3'
  watch: StatementWatch = {}
  isCalm = true
  crashes = 0
  changes = 0
  readonly #directory: string
  readonly #random: Random
  readonly #faults = new DiskFaults()
  readonly #connections = new Set<ProcessConnection>()
  /** Of dead processes, and not closed yet, since SQLite was at work when the end came. */
  readonly #dead = new Set<ProcessConnection>()
  /** In a transaction that has something to flush. */
  readonly #writing = new Set<ProcessConnection>()
  /** Each process has a folder of its own, so that what a dead one still has open is nobody else's. */
  #folder: string
  #processes = 0
  #copies = 0
  /** Set if the process is to end during the next statement. */
  #dyingBy: { readonly power: boolean } | undefined

  static create({ directory, random }: FileDiskOptions): FileDisk {
    return new FileDisk(directory, random)
  }

  private constructor(directory: string, random: Random) {
    this.#directory = directory
    this.#random = random
    this.#folder = this.#newFolder()
  }

  open(path: string, { readonly = false, shadowWrites = false, isLook = false }: OpenOptions = {}): Driver {
    this.#bury()
    const file = this.attachName(path)
    mkdirSync(dirname(file), { recursive: true })
    // Whoever holds a lock is in this thread, so that waiting is of no use.
    const driver = openBetterSqlite3(file, { readonly, shadowWrites, busyTimeoutMs: 0 })
    if (this.#faults.isFull && !readonly && !isLook) driver.exec(NO_MORE_PAGES)
    const connection = new ProcessConnection(driver, path, this, isLook)
    this.#connections.add(connection)
    return connection
  }

  enter(): void {}

  closed(connection: ProcessConnection): void {
    this.#connections.delete(connection)
    this.#writing.delete(connection)
  }

  attachName(path: string): string {
    return join(this.#folder, path)
  }

  exists(path: string): boolean {
    return existsSync(this.attachName(path))
  }

  list(): readonly string[] {
    return this.#files().filter(isDatabase)
  }

  write(path: string, image: Uint8Array): void {
    if (this.#faults.isFull) throw new SqliteError('SQLITE_FULL', 'database or disk is full')
    this.remove(path)
    const file = this.attachName(path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, image)
  }

  remove(path: string): void {
    for (const name of databaseFiles(path)) rmSync(this.attachName(name), { force: true })
  }

  read(path: string): Uint8Array {
    if (!this.exists(path)) throw new Error(`There is no database at ${path} on this disk.`)
    const found = databaseFiles(path).filter((name) => !name.endsWith('-shm') && existsSync(this.attachName(name)))
    if (found.length === 1) return markAsClosed(new Uint8Array(readFileSync(this.attachName(path))))
    const scratch = join(this.#directory, 'read')
    for (const name of found) {
      mkdirSync(dirname(join(scratch, name)), { recursive: true })
      copyFileSync(this.attachName(name), join(scratch, name))
    }
    const driver = openBetterSqlite3(join(scratch, path))
    try {
      return driver.serialize()
    } finally {
      driver.close()
      rmSync(scratch, { recursive: true })
    }
  }

  crash(_power: boolean): void {
    this.crashes++
    this.#dyingBy = undefined
    this.#calm()
    const old = this.#folder
    const files = this.#files()
    this.#folder = this.#newFolder()
    for (const name of files) {
      if (name.endsWith('-shm')) continue
      mkdirSync(dirname(this.attachName(name)), { recursive: true })
      // What a dead connection does when it is closed (a checkpoint, the end of its log) must not be seen.
      copyFileSync(join(old, name), this.attachName(name))
    }
    for (const connection of this.#connections) {
      connection.isDead = true
      this.#dead.add(connection)
    }
    this.#connections.clear()
    this.#writing.clear()
    this.#bury()
    rmSync(old, { recursive: true })
  }

  crashDuring(power: boolean): void {
    this.#dyingBy = { power }
    this.isCalm = false
  }

  disturb<T>(connection: ProcessConnection, sql: string, call: () => T): T {
    if (this.#dyingBy !== undefined) return this.#dieDuring(connection, this.#dyingBy.power, call)
    if (!isWrite(sql) && !isCommit(sql)) return call()
    const { driver } = connection
    if (this.#faults.next('write')) throw this.#failed(driver, 'SQLITE_IOERR_WRITE')
    if (isWrite(sql)) this.#writing.add(connection)
    const flushes = this.#writing.has(connection) && (isCommit(sql) || !driver.inTransaction)
    if (!flushes) return call()
    this.#writing.delete(connection)
    if (!this.#faults.next('sync')) return call()
    // Nobody knows what became of a flush that failed.
    if (this.#random.chance(0.5)) call()
    throw this.#failed(driver, 'SQLITE_IOERR_FSYNC')
  }

  fail(operation: 'write' | 'sync', nth: number, times: number): void {
    this.#faults.fail(operation, nth, times)
    for (const connection of this.#connections) if (connection.driver.inTransaction) this.#writing.add(connection)
    this.#calm()
  }

  fill(): void {
    this.#faults.isFull = true
    for (const { driver } of this.#connections) driver.exec(NO_MORE_PAGES)
  }

  mend(): void {
    this.#faults.mend()
    this.#calm()
    for (const { driver } of this.#connections) driver.exec(PAGES_MAX)
  }

  copy(): FileDisk {
    const copy = new FileDisk(`${this.#directory}-copy-${++this.#copies}`, randomOf(this.#random.id(), 'copied disk'))
    for (const name of this.#files()) if (!name.endsWith('-shm')) cpSync(this.attachName(name), copy.attachName(name))
    return copy
  }

  dispose(): void {
    this.crash(false)
    rmSync(this.#directory, { recursive: true })
  }

  /** As SQLite does, a failure takes the transaction with it. */
  #failed(driver: Driver, code: string): SqliteError {
    if (driver.inTransaction) driver.exec('ROLLBACK')
    this.#calm()
    return new SqliteError(code, 'disk I/O error')
  }

  #dieDuring(connection: ProcessConnection, power: boolean, call: () => unknown): never {
    const before = this.#databaseAt(connection.path)
    try {
      call()
    } catch {
      // Whatever it was, the process did not live to see it.
    }
    const { database, log } = cutFiles(before, this.#databaseAt(connection.path), power, this.#random)
    this.crash(power)
    writeFileSync(this.attachName(connection.path), database)
    writeFileSync(this.attachName(`${connection.path}-wal`), log)
    throw new ProcessKilled()
  }

  #databaseAt(path: string): CutFiles {
    const read = (name: string) => (this.exists(name) ? new Uint8Array(readFileSync(this.attachName(name))) : new Uint8Array(0))
    return { database: read(path), log: read(`${path}-wal`) }
  }

  #calm(): void {
    this.isCalm = this.#faults.isSpent && this.#dyingBy === undefined
  }

  /** Closes for real what dead processes had open. */
  #bury(): void {
    for (const connection of this.#dead) {
      try {
        connection.driver.close()
        this.#dead.delete(connection)
      } catch {
        // It is in the middle of a call, and is closed later.
      }
    }
  }

  #newFolder(): string {
    const folder = join(this.#directory, `process-${++this.#processes}`)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  /** By path below the folder, sorted. */
  #files(): string[] {
    const entries = readdirSync(this.#folder, { withFileTypes: true, recursive: true })
    return entries.flatMap((entry) => (entry.isFile() ? [relative(this.#folder, join(entry.parentPath, entry.name))] : [])).sort()
  }
}
