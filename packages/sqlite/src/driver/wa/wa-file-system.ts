import { type LockHolder, NO_LOCK, RESERVED_LOCK, raiseLock } from './file-locks.ts'
import { MemoryFile } from './memory-file.ts'
import { MountedFiles } from './mounted-files.ts'
import { SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_IOERR_READ, SQLITE_OK } from './result-codes.ts'
import type { SyncFile } from './sync-file.ts'

/** Temporary databases and their journals, transient databases, and statement journals. */
const SQLITE_OPEN_TEMPORARY = 0x200 | 0x400 | 0x1000 | 0x2000
interface OpenFile extends LockHolder {
  readonly file: SyncFile
  readonly files: MountedFiles
}

const PATH = /^(\d+)\/(.+)$/

/** All files that are mounted on one module: what both kinds of VFS, of wa-sqlite 1.0 and of its later forks, look into. */
export class WaFileSystem {
  readonly vfs: string
  readonly #mounts = new Map<string, MountedFiles>()
  readonly #open = new Map<number, OpenFile>()
  readonly #temporary = new MountedFiles('', '', new Map(), { isShared: false, unmount() {} })
  #count = 0

  constructor(vfs: string) {
    this.vfs = vfs
  }

  mount(files: ReadonlyMap<string, SyncFile>, isShared: boolean): MountedFiles {
    const id = `${++this.#count}`
    const mounted = new MountedFiles(this.vfs, `${id}/`, files, { isShared, unmount: () => this.#mounts.delete(id) })
    this.#mounts.set(id, mounted)
    return mounted
  }

  /** @param path null for a file without a name, which lives in memory until it is closed */
  open(path: string | null, id: number, flags: number): number {
    if (path === null || path === '' || (flags & SQLITE_OPEN_TEMPORARY) !== 0) {
      this.#open.set(id, { file: new MemoryFile(), files: this.#temporary, lock: NO_LOCK })
      return SQLITE_OK
    }
    const { files, name } = this.#find(path)
    const file = files?.open(name)
    if (files === undefined || file === undefined) return SQLITE_CANTOPEN
    this.#open.set(id, { file, files, lock: NO_LOCK })
    return SQLITE_OK
  }

  close(id: number): void {
    const opened = this.#open.get(id)
    this.#open.delete(id)
    opened?.files.close(opened.file)
  }

  read(id: number, into: Uint8Array, at: number): number {
    const opened = this.#open.get(id)
    return opened === undefined ? SQLITE_IOERR_READ : opened.files.read(opened.file, into, at)
  }

  write(id: number, bytes: Uint8Array, at: number): number {
    const opened = this.#open.get(id)
    return opened === undefined ? SQLITE_IOERR_READ : opened.files.write(opened.file, bytes, at)
  }

  truncate(id: number, size: number): number {
    const opened = this.#open.get(id)
    return opened === undefined ? SQLITE_IOERR_READ : opened.files.truncate(opened.file, size)
  }

  flush(id: number): number {
    const opened = this.#open.get(id)
    return opened === undefined ? SQLITE_IOERR_READ : opened.files.flush(opened.file)
  }

  size(id: number, tell: (size: number) => void): number {
    const opened = this.#open.get(id)
    return opened === undefined ? SQLITE_IOERR_READ : opened.files.size(opened.file, tell)
  }

  lock(id: number, wanted: number): number {
    const opened = this.#open.get(id)
    return opened === undefined || raiseLock(opened, wanted, this.#others(opened)) ? SQLITE_OK : SQLITE_BUSY
  }

  unlock(id: number, lock: number): number {
    const opened = this.#open.get(id)
    if (opened !== undefined) opened.lock = Math.min(opened.lock, lock)
    return SQLITE_OK
  }

  /** Whether any connection is about to write. */
  isReserved(id: number): boolean {
    const opened = this.#open.get(id)
    return opened !== undefined && [opened, ...this.#others(opened)].some(({ lock }) => lock >= RESERVED_LOCK)
  }

  /** Who else has it open in this mount. Whoever mounts a file anew takes it from who had it before. */
  #others(opened: OpenFile): OpenFile[] {
    const { file, files } = opened
    return [...this.#open.values()].filter((other) => other !== opened && other.file === file && other.files === files)
  }

  delete(path: string): number {
    const { files, name } = this.#find(path)
    return files?.delete(name) ?? SQLITE_OK
  }

  exists(path: string, tell: (exists: boolean) => void): number {
    const { files, name } = this.#find(path)
    if (files !== undefined) return files.exists(name, tell)
    tell(false)
    return SQLITE_OK
  }

  #find(path: string): { readonly files: MountedFiles | undefined; readonly name: string } {
    const [, id = '', name = ''] = PATH.exec(path) ?? []
    return { files: this.#mounts.get(id), name }
  }
}
