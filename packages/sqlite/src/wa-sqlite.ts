import type { Driver, Statement } from './driver/driver.ts'
import { misuse } from './driver/misuse.ts'
import { isBlankSql } from './driver/sql-text.ts'
import type { MountedFiles } from './driver/wa/mounted-files.ts'
import { WaConnection } from './driver/wa/wa-connection.ts'
import { registerFunction, type SqlFunction } from './driver/wa/wa-functions.ts'
import { copyImage, openImage } from './driver/wa/wa-image.ts'
import type { WaSqliteModule } from './driver/wa/wa-module.ts'
import { WaStatement } from './driver/wa/wa-statement.ts'

export { MemoryFile } from './driver/wa/memory-file.ts'
export type { MountedFiles } from './driver/wa/mounted-files.ts'
export type { SyncFile } from './driver/wa/sync-file.ts'
export { mountFiles } from './driver/wa/wa-file-vfs.ts'
export type { WaSqliteModule } from './driver/wa/wa-module.ts'

export interface WaSqliteOptions {
  /** Default `:memory:`. */
  readonly filename?: string
  /** The name of a VFS that is registered with the module; without it, the module's default. */
  readonly vfs?: string
  /** The files among which `filename` is. */
  readonly files?: MountedFiles
  /** The image of a database file to start from, in memory. It is copied. Not with `filename`. */
  readonly bytes?: Uint8Array
  /** Allows writing the shadow tables of virtual tables, which only who copies a whole database should. Default false. */
  readonly shadowWrites?: boolean
}

/**
 * Opens a database on a synchronous build of wa-sqlite. Many may be open on one module.
 *
 * @param module what the factory of `@journeyapps/wa-sqlite/dist/wa-sqlite.mjs` (or of plain `wa-sqlite`) resolves to
 * @throws SqliteError if it cannot be opened
 */
export function openWaSqlite(module: WaSqliteModule, options: WaSqliteOptions = {}): Driver {
  if (options.bytes && options.filename !== undefined) throw new TypeError('Pass either filename or bytes to openWaSqlite, not both.')
  if (typeof module._sqlite3_open_v2 !== 'function') {
    throw new TypeError('openWaSqlite takes the module that the factory of wa-sqlite resolves to: was the factory awaited?')
  }
  module.retryOps ??= []
  module.pendingOps ??= []
  const connection = new WaConnection(module)
  try {
    if (options.bytes && options.bytes.length > 0) openImage(connection, options.bytes)
    else connection.open(...placeOf(options))
    if (options.shadowWrites !== true) connection.defend()
    connection.exec('PRAGMA foreign_keys = ON')
  } catch (error) {
    connection.close()
    throw error
  }
  return new WaDriver(connection)
}

function placeOf({ filename = ':memory:', vfs, files }: WaSqliteOptions): [filename: string, vfs: string | undefined] {
  return files === undefined ? [filename, vfs] : [files.pathOf(filename), files.vfs]
}

class WaDriver implements Driver {
  readonly engine = 'wa-sqlite'
  readonly #connection: WaConnection
  readonly #statements = new Set<WaStatement>()
  readonly #unregister = new Map<string, () => void>()

  constructor(connection: WaConnection) {
    this.#connection = connection
  }

  get inTransaction(): boolean {
    const { db, module } = this.#connection
    return db !== 0 && module._sqlite3_get_autocommit(db) === 0
  }

  exec(sql: string): void {
    this.#connection.check()
    this.#connection.exec(sql)
  }

  prepare(sql: string): Statement {
    const connection = this.#connection
    connection.check()
    const { handle, rest } = connection.prepare(sql)
    if (handle === 0) throw misuse.noStatement()
    if (!isBlankSql(rest)) {
      connection.module._sqlite3_finalize(handle)
      throw misuse.manyStatements()
    }
    const statement = new WaStatement(connection, sql, handle, (finalized) => this.#statements.delete(finalized))
    this.#statements.add(statement)
    return statement
  }

  defineFunction(name: string, fn: SqlFunction): void {
    this.#connection.check()
    const unregister = registerFunction(this.#connection, name, fn)
    const key = name.toLowerCase()
    this.#unregister.get(key)?.()
    this.#unregister.set(key, unregister)
  }

  interruptible<T>(isOver: () => boolean, read: () => T): T {
    const { interrupt } = this.#connection
    this.#connection.check()
    interrupt.watch(isOver)
    try {
      return read()
    } finally {
      interrupt.end()
    }
  }

  serialize(): Uint8Array {
    this.#connection.check()
    if (this.inTransaction) throw misuse.serializeInTransaction()
    return copyImage(this.#connection)
  }

  close(): void {
    if (this.#connection.db === 0) return
    this.#connection.check()
    for (const statement of this.#statements) statement.finalize()
    this.#connection.close()
    for (const unregister of this.#unregister.values()) unregister()
  }
}
