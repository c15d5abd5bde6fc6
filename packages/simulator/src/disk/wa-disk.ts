import { type Driver, SqliteError } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { type Random, randomOf } from '../random.ts'
import { databaseFiles, isDatabase, markAsClosed } from './database-files.ts'
import { DiskVfs } from './disk-vfs.ts'
import { type ConnectionHost, ProcessConnection } from './process-connection.ts'
import { type OpenOptions, ProcessKilled, type SimulatedDisk, type StatementWatch } from './simulated-disk.ts'
import { VirtualFiles } from './virtual-files.ts'
import { Volume } from './volume.ts'

interface WaDiskOptions {
  /** Of a synchronous build of `@journeyapps/wa-sqlite`. Any number of disks may share it, one after the other or at once. */
  readonly module: WaSqliteModule
  /** Decides what a crash loses, and what SQLite itself leaves to chance. */
  readonly random: Random
}

/**
 * A disk in memory under wa-sqlite. It knows of each write whether it was flushed, so a loss of power loses, tears and reorders
 * what a real one would. There is no shared memory, so WAL works with `locking_mode = EXCLUSIVE` alone, as on OPFS.
 */
export class WaDisk implements SimulatedDisk, ConnectionHost {
  readonly engine = 'wa-sqlite'
  watch: StatementWatch = {}
  isCalm = true
  crashes = 0
  changes = 0
  readonly #module: WaSqliteModule
  readonly #random: Random
  readonly #vfs: DiskVfs
  readonly #volume: Volume
  readonly #connections = new Set<ProcessConnection>()
  /** Of dead processes, and not closed yet, since SQLite was at work when the end came. */
  readonly #dead = new Set<ProcessConnection>()
  #isDisposed = false

  static create({ module, random }: WaDiskOptions): WaDisk {
    return new WaDisk(module, random, new VirtualFiles())
  }

  private constructor(module: WaSqliteModule, random: Random, files: VirtualFiles) {
    this.#module = module
    this.#random = random
    this.#vfs = DiskVfs.of(module)
    this.#vfs.seed(random)
    this.#volume = new Volume(random, files)
  }

  open(path: string, { readonly = false, shadowWrites = false, isLook = false }: OpenOptions = {}): Driver {
    if (this.#isDisposed) throw new Error('The disk is disposed of: nothing can be opened on it.')
    this.#bury()
    if (readonly && !this.exists(path)) throw new SqliteError('SQLITE_CANTOPEN', `unable to open database file: ${path}`)
    this.enter(isLook)
    const driver = openWaSqlite(this.#module, { filename: path, vfs: this.#vfs.name, shadowWrites })
    if (readonly) driver.exec('PRAGMA query_only = ON')
    const connection = new ProcessConnection(driver, path, this, isLook)
    this.#connections.add(connection)
    return connection
  }

  enter(isLook: boolean): void {
    this.#vfs.volume = this.#volume
    this.#volume.faults.isPaused = isLook
  }

  closed(connection: ProcessConnection): void {
    this.#connections.delete(connection)
  }

  attachName(path: string): string {
    return path
  }

  exists(path: string): boolean {
    return this.#volume.files.find(path) !== undefined
  }

  list(): readonly string[] {
    return this.#volume.files.names().filter(isDatabase)
  }

  write(path: string, image: Uint8Array): void {
    if (this.#volume.faults.isFull) throw new SqliteError('SQLITE_FULL', 'database or disk is full')
    this.remove(path)
    this.#volume.files.put(path, image)
  }

  remove(path: string): void {
    for (const name of databaseFiles(path)) this.#volume.files.delete(name, true)
  }

  read(path: string): Uint8Array {
    const files = new VirtualFiles()
    for (const name of databaseFiles(path)) {
      const file = this.#volume.files.find(name)
      if (file !== undefined && file.size > 0) files.put(name, file.bytes())
    }
    const [only, ...journals] = files.names()
    if (!this.exists(path)) throw new Error(`There is no database at ${path} on this disk.`)
    if (only === undefined) return new Uint8Array(0)
    if (journals.length === 0) return markAsClosed(files.find(path)?.bytes() ?? new Uint8Array(0))
    this.#vfs.volume = new Volume(this.#random, files)
    const driver = openWaSqlite(this.#module, { filename: path, vfs: this.#vfs.name })
    try {
      driver.exec('PRAGMA locking_mode = EXCLUSIVE; SELECT count(*) FROM sqlite_schema')
      return driver.serialize()
    } finally {
      driver.close()
    }
  }

  crash(power: boolean): void {
    this.#end(power)
    this.#bury()
  }

  crashDuring(power: boolean): void {
    this.isCalm = false
    this.#volume.dieSoon(() => this.#end(power))
  }

  disturb<T>(_connection: ProcessConnection, _sql: string, call: () => T): T {
    try {
      call()
    } catch {
      // Whatever it was, the process did not live to see it.
    }
    this.#volume.dieNow()
    this.#bury()
    throw new ProcessKilled()
  }

  fail(operation: 'write' | 'sync', nth: number, times: number): void {
    this.#volume.faults.fail(operation, nth, times)
  }

  fill(): void {
    this.#volume.faults.isFull = true
  }

  mend(): void {
    this.#volume.faults.mend()
  }

  copy(): WaDisk {
    return new WaDisk(this.#module, randomOf(this.#random.id(), 'copied disk'), this.#volume.files.copy())
  }

  dispose(): void {
    this.#isDisposed = true
    this.crash(false)
  }

  #end(power: boolean): void {
    this.crashes++
    this.isCalm = true
    this.#volume.cut()
    this.#vfs.volume = null
    for (const connection of this.#connections) {
      connection.isDead = true
      this.#dead.add(connection)
    }
    this.#connections.clear()
    if (power) this.#volume.files.losePower(this.#random)
    else this.#volume.files.flushAll()
  }

  /** Closes for real what dead processes had open. */
  #bury(): void {
    this.#vfs.volume = null
    for (const connection of this.#dead) {
      try {
        connection.driver.close()
        this.#dead.delete(connection)
      } catch {
        // It is in the middle of a call, and is closed later.
      }
    }
  }
}
