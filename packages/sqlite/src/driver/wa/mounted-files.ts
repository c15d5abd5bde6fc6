import {
  SQLITE_FULL,
  SQLITE_IOERR_ACCESS,
  SQLITE_IOERR_DELETE,
  SQLITE_IOERR_FSTAT,
  SQLITE_IOERR_FSYNC,
  SQLITE_IOERR_READ,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_IOERR_TRUNCATE,
  SQLITE_IOERR_WRITE,
  SQLITE_OK,
} from './result-codes.ts'
import type { SyncFile } from './sync-file.ts'

interface MountOptions {
  /** Several connections may have a file open at once. */
  readonly isShared: boolean
  readonly unmount: () => void
}

/**
 * A fixed set of files, under names that SQLite knows them by. A file that is empty does not exist for SQLite, and one
 * that SQLite deletes is emptied. Whatever a file throws becomes a result code.
 */
export class MountedFiles {
  /** The name of the VFS that reads them. */
  readonly vfs: string
  readonly #prefix: string
  readonly #files: ReadonlyMap<string, SyncFile>
  readonly #isShared: boolean
  readonly #open = new Map<SyncFile, number>()
  readonly #unmount: () => void
  #isReleased = false

  constructor(vfs: string, prefix: string, files: ReadonlyMap<string, SyncFile>, { isShared, unmount }: MountOptions) {
    this.vfs = vfs
    this.#isShared = isShared
    this.#prefix = prefix
    this.#files = files
    this.#unmount = unmount
  }

  /** What SQLite is to call the file. */
  pathOf(name: string): string {
    return this.#prefix + name
  }

  /** True while a connection has it open. */
  isOpen(name: string): boolean {
    const file = this.#files.get(name)
    return file !== undefined && this.#open.has(file)
  }

  /** Closes all files at once. Whatever a connection reads from them or writes to them later fails. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    for (const file of this.#files.values()) {
      try {
        file.close()
      } catch {
        // The others are to be closed all the same.
      }
    }
    if (this.#open.size === 0) this.#unmount()
  }

  /** Each file once at a time, unless they are shared. */
  open(name: string): SyncFile | undefined {
    const file = this.#isReleased ? undefined : this.#files.get(name)
    if (file === undefined) return undefined
    const count = this.#open.get(file) ?? 0
    if (count > 0 && !this.#isShared) return undefined
    this.#open.set(file, count + 1)
    return file
  }

  close(file: SyncFile): void {
    const count = (this.#open.get(file) ?? 0) - 1
    if (count > 0) this.#open.set(file, count)
    else this.#open.delete(file)
    if (this.#isReleased && this.#open.size === 0) this.#unmount()
  }

  read(file: SyncFile, into: Uint8Array, at: number): number {
    if (this.#isReleased) return SQLITE_IOERR_READ
    try {
      const found = file.read(into, { at })
      if (found === into.length) return SQLITE_OK
      into.fill(0, found)
      return SQLITE_IOERR_SHORT_READ
    } catch {
      return SQLITE_IOERR_READ
    }
  }

  write(file: SyncFile, bytes: Uint8Array, at: number): number {
    if (this.#isReleased) return SQLITE_IOERR_WRITE
    try {
      return file.write(bytes, { at }) === bytes.length ? SQLITE_OK : SQLITE_FULL
    } catch (error) {
      return codeOf(error, SQLITE_IOERR_WRITE)
    }
  }

  truncate(file: SyncFile, size: number): number {
    return this.#attempt(SQLITE_IOERR_TRUNCATE, () => file.truncate(size))
  }

  flush(file: SyncFile): number {
    return this.#attempt(SQLITE_IOERR_FSYNC, () => file.flush())
  }

  size(file: SyncFile, tell: (size: number) => void): number {
    return this.#attempt(SQLITE_IOERR_FSTAT, () => tell(file.getSize()))
  }

  delete(name: string): number {
    const file = this.#files.get(name)
    if (file === undefined) return SQLITE_OK
    return this.#attempt(SQLITE_IOERR_DELETE, () => {
      if (file.getSize() === 0) return
      file.truncate(0)
      // A journal that came back would undo what was committed since.
      file.flush()
    })
  }

  exists(name: string, tell: (exists: boolean) => void): number {
    return this.#attempt(SQLITE_IOERR_ACCESS, () => tell((this.#files.get(name)?.getSize() ?? 0) > 0))
  }

  #attempt(failure: number, work: () => void): number {
    if (this.#isReleased) return failure
    try {
      work()
      return SQLITE_OK
    } catch (error) {
      return codeOf(error, failure)
    }
  }
}

/** What a handle of OPFS throws when the origin's quota is used up. */
function codeOf(error: unknown, otherwise: number): number {
  return (error as { name?: unknown } | null)?.name === 'QuotaExceededError' ? SQLITE_FULL : otherwise
}
