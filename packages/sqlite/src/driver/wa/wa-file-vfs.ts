import { SqliteError } from '../sqlite-error.ts'
import type { MountedFiles } from './mounted-files.ts'
import { resultCodeName, SQLITE_CANTOPEN, SQLITE_NOTFOUND, SQLITE_OK } from './result-codes.ts'
import type { SyncFile } from './sync-file.ts'
import { decodeCString } from './text.ts'
import { WaFileSystem } from './wa-file-system.ts'
import type { WaSqliteModule } from './wa-module.ts'
import { PlainFileVfs } from './wa-plain-file-vfs.ts'

const VFS = 'savepoint-files'
const SECTOR_BYTES = 4096
/** A write changes no bytes beside those that are written, also if power is lost in the middle of it. */
const SQLITE_IOCAP_POWERSAFE_OVERWRITE = 0x1000
const PATH_BYTES_MAX = 64
const TWO_POW_32 = 2 ** 32

const systems = new WeakMap<WaSqliteModule, WaFileSystem>()

/**
 * Makes files known to a module, for `openWaSqlite` to open databases among them: each database with its `-wal` and
 * `-journal`.
 *
 * @param isShared several connections may have one database open at once, which goes by SQLite's locks then; else each file is for
 * one. The map may get and lose files that are not open.
 * @throws SqliteError if the module's build takes no VFS of JavaScript
 */
export function mountFiles(module: WaSqliteModule, files: ReadonlyMap<string, SyncFile>, isShared = false): MountedFiles {
  let system = systems.get(module)
  if (system === undefined) {
    system = new WaFileSystem(VFS)
    register(module, system)
    systems.set(module, system)
  }
  return system.mount(files, isShared)
}

function register(module: WaSqliteModule, system: WaFileSystem): void {
  const code = module.vfs_register?.(new FileVfs(module, system), false) ?? module.registerVFS?.(new PlainFileVfs(system), false)
  if (code === SQLITE_OK) return
  throw new SqliteError(
    code === undefined ? 'SQLITE_ERROR' : resultCodeName(code),
    'This build of wa-sqlite takes no file system: use @journeyapps/wa-sqlite.',
  )
}

/** The VFS for builds that pass on the bare arguments of C; 64 bits come as two signed halves. */
class FileVfs {
  readonly name = VFS
  readonly mxPathname = PATH_BYTES_MAX
  readonly #module: WaSqliteModule
  readonly #system: WaFileSystem

  constructor(module: WaSqliteModule, system: WaFileSystem) {
    this.#module = module
    this.#system = system
  }

  hasAsyncMethod = () => false

  xOpen(_vfs: number, name: number, id: number, flags: number, outFlags: number): number {
    const code = this.#system.open(name === 0 ? null : this.#text(name), id, flags)
    if (outFlags !== 0) this.#setInt32(outFlags, flags)
    return code
  }

  /** Also called of a file that could not be opened. */
  xClose(id: number): number {
    this.#system.close(id)
    // The build allocates a table of methods for each file that it opens (the first word of the file), and never frees it.
    this.#module._sqlite3_free(this.#module.HEAP32[id >> 2] as number)
    return SQLITE_OK
  }

  xRead(id: number, into: number, length: number, low: number, high: number): number {
    return this.#system.read(id, this.#module.HEAPU8.subarray(into, into + length), offset(low, high))
  }

  xWrite(id: number, from: number, length: number, low: number, high: number): number {
    return this.#system.write(id, this.#module.HEAPU8.subarray(from, from + length), offset(low, high))
  }

  xTruncate = (id: number, low: number, high: number) => this.#system.truncate(id, offset(low, high))
  xSync = (id: number) => this.#system.flush(id)
  xFileSize = (id: number, out: number) => this.#system.size(id, (size) => this.#setInt64(out, size))
  xDelete = (_vfs: number, name: number) => this.#system.delete(this.#text(name))

  xAccess(_vfs: number, name: number, _flags: number, out: number): number {
    return this.#system.exists(this.#text(name), (exists) => this.#setInt32(out, exists ? 1 : 0))
  }

  xFullPathname(_vfs: number, name: number, length: number, out: number): number {
    const heap = this.#module.HEAPU8
    const end = heap.indexOf(0, name) + 1
    if (end - name > length) return SQLITE_CANTOPEN
    heap.copyWithin(out, name, end)
    return SQLITE_OK
  }

  xCheckReservedLock(id: number, out: number): number {
    this.#setInt32(out, this.#system.isReserved(id) ? 1 : 0)
    return SQLITE_OK
  }

  xLock = (id: number, lock: number) => this.#system.lock(id, lock)
  xUnlock = (id: number, lock: number) => this.#system.unlock(id, lock)
  xGetLastError = () => SQLITE_OK
  xFileControl = () => SQLITE_NOTFOUND
  xSectorSize = () => SECTOR_BYTES
  xDeviceCharacteristics = () => SQLITE_IOCAP_POWERSAFE_OVERWRITE

  #text(at: number): string {
    return decodeCString(this.#module.HEAPU8, at)
  }

  #setInt32(at: number, value: number): void {
    this.#module.HEAP32[at >> 2] = value
  }

  #setInt64(at: number, value: number): void {
    this.#setInt32(at, value)
    this.#setInt32(at + 4, Math.floor(value / TWO_POW_32))
  }
}

function offset(low: number, high: number): number {
  return (low >>> 0) + high * TWO_POW_32
}
