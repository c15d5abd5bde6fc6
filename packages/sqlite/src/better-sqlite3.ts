/// <reference path="./driver/better/better-sqlite3.d.ts" />

import type { BindValue, ExactValue } from '@savepoint/core'
import Database from 'better-sqlite3'
import { BetterConnection, sqliteError } from './driver/better/better-connection.ts'
import { BetterStatement } from './driver/better/better-statement.ts'
import { fromNativeExact, NOT_BINDABLE, toNative, wellFormed } from './driver/better/better-values.ts'
import type { NativeDatabase, NativeValue } from './driver/better/native.ts'
import { unbindable } from './driver/bind-params.ts'
import { clearWalMark } from './driver/database-image.ts'
import type { Driver, Statement } from './driver/driver.ts'
import { misuse } from './driver/misuse.ts'

export interface BetterSqlite3Options {
  /** Opens an existing file without the right to write it. */
  readonly readonly?: boolean
  /** How long to wait, in milliseconds, for a lock that another connection holds. Default 5,000. */
  readonly busyTimeoutMs?: number
  /** The image of a database file to start from, in memory. It is copied. `path` must be `:memory:`. */
  readonly bytes?: Uint8Array
  /** Allows writing the shadow tables of virtual tables, which only who copies a whole database should. Default false. */
  readonly shadowWrites?: boolean
}

/**
 * Opens a database file, or `:memory:`, with better-sqlite3.
 *
 * @throws SqliteError if it cannot be opened
 */
export function openBetterSqlite3(path: string, options: BetterSqlite3Options = {}): Driver {
  if (options.bytes && path !== ':memory:') throw new TypeError("To open bytes, pass ':memory:' as the path to openBetterSqlite3.")
  const { readonly = false, busyTimeoutMs: timeout = 5_000, bytes, shadowWrites = false } = options
  try {
    const native = new Database(bytes && bytes.length > 0 ? nodeBuffer(bytes) : path, { readonly, timeout }) as NativeDatabase
    native.exec('PRAGMA foreign_keys = ON')
    if (shadowWrites) native.unsafeMode(true)
    return new BetterSqlite3Driver(new BetterConnection(native))
  } catch (error) {
    throw sqliteError(error)
  }
}

/**
 * Copies a database file page by page, as it is at one moment, while others may write to it. It is SQLite's own online backup, so
 * that rowids stay, which `VACUUM INTO` may change. All pages go in one step: whoever writes meanwhile is not held up, and cannot
 * make it start again.
 *
 * @param target a new file, which is no longer in WAL mode: one file is all of it, and it opens where nothing can be written
 * @throws (rejects) SqliteError if one of the two cannot be read or written
 */
export async function backUpBetterSqlite3(path: string, target: string): Promise<void> {
  let source: NativeDatabase | undefined
  try {
    source = new Database(path, { readonly: true, timeout: 5_000 }) as NativeDatabase
    await source.backup(target, { progress: () => ALL_PAGES })
    const copy = new Database(target, { readonly: false, timeout: 5_000 }) as NativeDatabase
    try {
      copy.exec('PRAGMA journal_mode = DELETE')
    } finally {
      copy.close()
    }
  } catch (error) {
    throw sqliteError(error)
  } finally {
    source?.close()
  }
}

/** More than a database can have. */
const ALL_PAGES = 0x7fff_ffff

class BetterSqlite3Driver implements Driver {
  readonly engine = 'better-sqlite3'
  readonly #connection: BetterConnection

  constructor(connection: BetterConnection) {
    this.#connection = connection
  }

  get inTransaction(): boolean {
    return this.#connection.native.inTransaction
  }

  exec(sql: string): void {
    this.#connection.check()
    if (sql.includes('\0')) throw misuse.nul()
    try {
      this.#connection.native.exec(wellFormed(sql))
    } catch (error) {
      throw this.#connection.error(error)
    } finally {
      this.#connection.schemaGeneration++
    }
  }

  prepare(sql: string): Statement {
    this.#connection.check()
    if (sql.includes('\0')) throw misuse.nul()
    try {
      return new BetterStatement(this.#connection, sql, this.#connection.native.prepare(wellFormed(sql)))
    } catch (error) {
      if (error instanceof RangeError && error.message.endsWith('no statements')) throw misuse.noStatement()
      if (error instanceof RangeError && error.message.endsWith('more than one statement')) throw misuse.manyStatements()
      throw this.#connection.error(error)
    }
  }

  defineFunction(name: string, fn: (...args: ExactValue[]) => BindValue): void {
    const connection = this.#connection
    connection.check()
    const call = (...natives: NativeValue[]) => {
      const args: ExactValue[] = natives
      for (let i = 0; i < natives.length; i++) args[i] = fromNativeExact(natives[i] as NativeValue)
      connection.inFunction = true
      try {
        const result = fn(...args)
        const native = toNative(result)
        if (native === NOT_BINDABLE) throw unbindable(result, `The result of ${name}()`)
        return native
      } catch (error) {
        connection.thrown = { error }
        throw error
      } finally {
        connection.inFunction = false
      }
    }
    connection.native.function(name, { varargs: true, safeIntegers: true }, call)
  }

  serialize(): Uint8Array {
    this.#connection.check()
    if (this.inTransaction) throw misuse.serializeInTransaction()
    const { buffer, byteOffset, length } = this.#connection.native.serialize()
    const image = new Uint8Array(buffer, byteOffset, length)
    clearWalMark(image)
    return image
  }

  close(): void {
    if (!this.#connection.native.open) return
    this.#connection.check()
    this.#connection.native.close()
  }
}

/** A copy with the WAL mark cleared, as the Buffer that better-sqlite3 asks for. */
function nodeBuffer(bytes: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as unknown as { Buffer: { from(bytes: Uint8Array): Uint8Array } }
  const copy = Buffer.from(bytes)
  clearWalMark(copy)
  return copy
}
