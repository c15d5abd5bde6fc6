import { type Driver, SqliteError } from '@savepoint/sqlite'
import { type MountedFiles, mountFiles, openWaSqlite, type SyncFile, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { SnapshotSink } from '../connection/transport.ts'
import { decodeNote, encodeNote, isWhole, ReceivedBase, type ReceivedNote, type ReceivingFile } from '../received-base.ts'
import type { StorageInfo } from '../storage.ts'
import type { BrowserStorage } from './browser-storage.ts'

export const PENDING_FILE = 'meta.db'
/** Where bases of even and of odd generations are: a new one is always written beside the old. */
const SLOTS = ['base-0.db', 'base-1.db'] as const
const JOURNALS = ['-wal', '-journal'] as const

/** How much of a new base has been received. */
const NOTE = 'snapshot.json'

/** All files of a replica. */
export const FILE_NAMES: readonly string[] = [
  ...[PENDING_FILE, ...SLOTS].flatMap((name) => [name, ...JOURNALS.map((suffix) => name + suffix)]),
  NOTE,
]

/** An image is written in pieces of this size, so that no second copy of it is needed. */
const PIECE_BYTES = 1024 * 1024
const WRITE_VERSION_AT = 18
const HEADER_BYTES = 100

/** A log that a large commit has made longer is cut back to this. */
const LOG_BYTES_MAX = 16 * 1024 * 1024
/** Of the base. Taken as it is needed. */
const CACHE_KIB = 32 * 1024

/**
 * Without shared memory, the lock comes before the log. Flushes with each COMMIT have to be asked for, or a log goes without.
 * Speculation is never spilled to the file.
 */
const COMMON = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; PRAGMA temp_store = MEMORY'

interface FileStorageOptions {
  readonly info: StorageInfo
  readonly module: WaSqliteModule
  readonly files: ReadonlyMap<string, SyncFile>
  /** `wal` where files outlive a crash in any state. `memory` where only what a flush has left does. */
  readonly journal: 'wal' | 'memory'
  /** Resolves when all that was flushed survives a crash. Left out if a flush does that itself. */
  readonly flushed?: () => Promise<void>
  /** False if the files have been deleted meanwhile. */
  readonly isThere?: () => Promise<boolean>
  /** Called with `release`. */
  readonly released?: () => void
}

/** A replica's databases among files that are all open from the start. */
export class FileStorage implements BrowserStorage {
  readonly kind: StorageInfo['kind']
  readonly why?: string
  readonly flushed?: () => Promise<void>
  readonly isThere?: () => Promise<boolean>
  readonly #module: WaSqliteModule
  readonly #files: ReadonlyMap<string, SyncFile>
  readonly #mounted: MountedFiles
  readonly #journal: 'wal' | 'memory'
  readonly #released: (() => void) | undefined

  constructor({ info, module, files, journal, flushed, isThere, released }: FileStorageOptions) {
    this.kind = info.kind
    if (info.why !== undefined) this.why = info.why
    if (flushed !== undefined) this.flushed = flushed
    if (isThere !== undefined) this.isThere = isThere
    this.#module = module
    this.#files = files
    this.#mounted = mountFiles(module, files)
    this.#journal = journal
    this.#released = released
  }

  openPending(anew = false): Driver {
    if (anew) this.#empty(PENDING_FILE)
    return this.#open(PENDING_FILE)
  }

  openBase(generation: number, image?: Uint8Array | 'received'): Driver {
    const name = slotOf(generation)
    if (image === 'received') this.#finish(name, generation)
    else if (image !== undefined) this.#import(name, image)
    else if (this.#note()?.generation === generation) this.#empty(name)
    const driver = this.#open(name)
    driver.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    return driver
  }

  receive(generation: number): SnapshotSink {
    const name = slotOf(generation)
    const [file, note] = [this.#file(name), this.#file(NOTE)]
    const receiving: ReceivingFile = {
      write: (bytes, at) => this.#write(() => writeAll(file, bytes, at)),
      empty: () => this.#empty(name),
      flush: () => this.#write(() => file.flush()),
      note: (noted) =>
        this.#write(() => {
          writeAll(note, encodeNote(noted), 0)
          note.flush()
        }),
    }
    return new ReceivedBase(receiving, generation, this.#note())
  }

  keepOnly(generation: number): void {
    const received = this.#note()?.generation
    const isAwaited = generation >= 0 && received === generation + 1
    for (const name of SLOTS) {
      // What was received for it, and never opened, is of no account.
      if (generation >= 0 && name === slotOf(generation) && received !== generation) continue
      if (!isAwaited || this.#mounted.isOpen(name)) this.#empty(name)
    }
  }

  release(): void {
    this.#mounted.release()
    this.#released?.()
  }

  #open(filename: string): Driver {
    const driver = openWaSqlite(this.#module, { filename, files: this.#mounted })
    try {
      driver.exec(COMMON)
      const mode = driver.prepare(`PRAGMA journal_mode = ${this.#journal}`)
      const { journal_mode } = mode.get() ?? {}
      mode.finalize()
      if (journal_mode !== this.#journal) throw new SqliteError('SQLITE_CANTOPEN', `${filename} stays in journal mode ${journal_mode}.`)
      driver.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`)
      return driver
    } catch (error) {
      driver.close()
      throw error
    }
  }

  /** An old log beside a new file would be taken for its own: it goes first, for good. */
  #empty(name: string): void {
    if (this.#mounted.isOpen(name)) throw new Error(`${name} is open: it was left as it is.`)
    const files = [...JOURNALS.map((suffix) => name + suffix), name]
    if (name !== PENDING_FILE) files.unshift(NOTE)
    for (const each of files) {
      const file = this.#file(each)
      this.#write(() => {
        if (file.getSize() === 0) return
        file.truncate(0)
        file.flush()
      })
    }
  }

  #import(name: string, image: Uint8Array): void {
    this.#empty(name)
    const file = this.#file(name)
    this.#write(() => {
      const header = image.slice(0, HEADER_BYTES)
      // Marked as a file with a journal: there is no log yet.
      if (header.length === HEADER_BYTES) header.fill(1, WRITE_VERSION_AT, WRITE_VERSION_AT + 2)
      writeAll(file, header, 0)
      for (let at = header.length; at < image.length; at += PIECE_BYTES) writeAll(file, image.subarray(at, at + PIECE_BYTES), at)
      file.flush()
    })
  }

  /** Marked as a file with a journal, as an image is. */
  #finish(name: string, generation: number): void {
    if (!isWhole(this.#note(), generation)) throw new Error('The snapshot is not whole, and cannot be opened.')
    const [file, note] = [this.#file(name), this.#file(NOTE)]
    this.#write(() => {
      writeAll(file, new Uint8Array(2).fill(1), WRITE_VERSION_AT)
      file.flush()
      note.truncate(0)
      note.flush()
    })
  }

  #note(): ReceivedNote | undefined {
    const file = this.#file(NOTE)
    const bytes = new Uint8Array(file.getSize())
    file.read(bytes, { at: 0 })
    return decodeNote(bytes)
  }

  #file(name: string): SyncFile {
    const file = this.#files.get(name)
    if (file === undefined) throw new Error(`There is no file ${name}.`)
    return file
  }

  /** @throws SqliteError, as SQLite would for the same */
  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (error instanceof SqliteError) throw error
      const isFull = (error as { name?: unknown }).name === 'QuotaExceededError'
      throw new SqliteError(
        isFull ? 'SQLITE_FULL' : 'SQLITE_IOERR_WRITE',
        `The storage could not be written: ${(error as Error).message}`,
        {
          cause: error,
        },
      )
    }
  }
}

function slotOf(generation: number): string {
  return SLOTS[generation % 2 === 0 ? 0 : 1]
}

function writeAll(file: SyncFile, bytes: Uint8Array, at: number): void {
  if (file.write(bytes, { at }) < bytes.length) throw new SqliteError('SQLITE_FULL', 'The storage is full.')
}
