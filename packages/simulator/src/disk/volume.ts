import type { Random } from '../random.ts'
import { DiskFaults } from './disk-faults.ts'
import { SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, SQLITE_OK } from './result-codes.ts'
import { SECTOR_BYTES, type VirtualFile } from './virtual-file.ts'
import { VirtualFiles } from './virtual-files.ts'

/** A file that a connection has open. */
export class FileHandle {
  readonly file: VirtualFile
  /** Null for a file that lives no longer than its handle: no fault befalls it. */
  readonly volume: Volume | null
  /** Its name, if it is to be deleted with the handle. */
  readonly deletes: string | undefined
  /** As SQLite numbers them: none, shared, reserved, pending, exclusive. */
  lock = 0
  /** Its process is dead: nothing reaches the file any more. */
  isCut = false

  constructor(file: VirtualFile, volume: Volume | null, deletes?: string) {
    this.file = file
    this.volume = volume
    this.deletes = deletes
  }
}

/** Files under a process: what it has open, what fails, and when it is to die. */
export class Volume {
  readonly files: VirtualFiles
  readonly faults = new DiskFaults()
  readonly #handles = new Set<FileHandle>()
  readonly #random: Random
  #death: { changesLeft: number; readonly die: () => void } | undefined

  constructor(random: Random, files = new VirtualFiles()) {
    this.files = files
    this.#random = random
  }

  /** Opens a file, or makes it. Undefined if it is missing and must not be made. */
  open(name: string, mayCreate: boolean, deletesOnClose: boolean): FileHandle | undefined {
    const file = this.files.find(name) ?? (mayCreate ? this.files.create(name) : undefined)
    if (file === undefined) return undefined
    const handle = new FileHandle(file, this, deletesOnClose ? name : undefined)
    this.#handles.add(handle)
    return handle
  }

  close(handle: FileHandle): void {
    this.#handles.delete(handle)
    if (handle.deletes !== undefined && !handle.isCut) this.files.delete(handle.deletes, false)
  }

  /** The other handles on the same file. */
  *others(handle: FileHandle): Generator<FileHandle> {
    for (const other of this.#handles) if (other !== handle && other.file === handle.file) yield other
  }

  write(file: VirtualFile, bytes: Uint8Array, at: number): number {
    if (this.#isLast()) {
      this.#writePart(file, bytes, at)
      return this.#end()
    }
    if (this.faults.next('write')) {
      this.#writePart(file, bytes, at)
      return SQLITE_IOERR_WRITE
    }
    if (this.faults.isFull && !this.faults.isPaused && at + bytes.length > file.size) return SQLITE_FULL
    file.write(bytes, at)
    return SQLITE_OK
  }

  truncate(file: VirtualFile, size: number): number {
    if (this.#isLast()) return this.#end()
    file.truncate(size)
    return SQLITE_OK
  }

  flush(file: VirtualFile): number {
    if (this.#isLast()) return this.#end()
    if (this.faults.next('sync')) {
      file.failFlush(this.#random)
      return SQLITE_IOERR_FSYNC
    }
    this.files.flush(file)
    return SQLITE_OK
  }

  delete(name: string, flushed: boolean): number {
    if (this.#isLast()) return this.#end()
    this.files.delete(name, flushed)
    return SQLITE_OK
  }

  /** `die` is called in the course of the changes that follow, by chance, or with {@link dieNow}. */
  dieSoon(die: () => void): void {
    this.#death = { changesLeft: this.#random.int(0, 2 ** this.#random.int(1, 7)), die }
  }

  /** Makes an end if {@link dieSoon} has not come to it. */
  dieNow(): void {
    const death = this.#death
    this.#death = undefined
    death?.die()
  }

  /** The process ends. Its handles are of no effect from now on, and lock nothing. */
  cut(): void {
    this.#death = undefined
    for (const handle of this.#handles) handle.isCut = true
    this.#handles.clear()
  }

  #isLast(): boolean {
    return this.#death !== undefined && !this.faults.isPaused && this.#death.changesLeft-- <= 0
  }

  #end(): number {
    this.dieNow()
    return SQLITE_IOERR_WRITE
  }

  /** A write that is cut short leaves some of its sectors, or none. */
  #writePart(file: VirtualFile, bytes: Uint8Array, at: number): void {
    if (this.faults.isFull) return
    const length = Math.min(bytes.length, SECTOR_BYTES * this.#random.int(0, Math.ceil(bytes.length / SECTOR_BYTES)))
    if (length > 0) file.write(bytes.subarray(0, length), at)
  }
}
