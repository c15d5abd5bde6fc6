import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { Random } from '../random.ts'
import { lockFile, NO_LOCK, RESERVED_LOCK } from './file-locks.ts'
import { SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ, SQLITE_NOTFOUND, SQLITE_OK } from './result-codes.ts'
import { SECTOR_BYTES, VirtualFile } from './virtual-file.ts'
import { FileHandle, type Volume } from './volume.ts'

/** What is used of a build of `@journeyapps/wa-sqlite` beside what the driver uses. */
interface VfsModule extends WaSqliteModule {
  UTF8ToString(text: number): string
  vfs_register(vfs: object, makeDefault: boolean): number
  _sqlite3_vfs_find(name: number): number
  _sqlite3_vfs_register(vfs: number, makeDefault: number): number
  _sqlite3_randomness(bytes: number, into: number): void
}

const SQLITE_OPEN_CREATE = 0x4
const SQLITE_OPEN_DELETEONCLOSE = 0x8
/** Temporary databases and their journals, transient databases, and statement journals. */
const SQLITE_OPEN_TEMPORARY = 0x200 | 0x400 | 0x1000 | 0x2000
/** A sector that is torn leaves the bytes beside the write alone. */
const SQLITE_IOCAP_POWERSAFE_OVERWRITE = 0x1000
const NAME_BYTES_MAX = 512
/** 2000-01-01 in milliseconds of the Julian day: nothing here may depend on the real time. */
const NOW_JULIAN_MS = 211_813_444_800_000n

const registered = new WeakMap<WaSqliteModule, DiskVfs>()

/** The synchronous VFS of a module: one for all disks. Which of them a name belongs to is told by who calls, in {@link volume}. */
export class DiskVfs {
  readonly name = 'savepoint-disk'
  readonly mxPathname = NAME_BYTES_MAX
  /** Whose files the call under way names. Null: nobody's, and nothing can be opened. */
  volume: Volume | null = null
  readonly #module: VfsModule
  readonly #handles = new Map<number, FileHandle>()
  #random: Random | undefined

  /** @throws TypeError if this is not a build of `@journeyapps/wa-sqlite` */
  static of(module: WaSqliteModule): DiskVfs {
    const known = registered.get(module)
    if (known !== undefined) return known
    if (!('vfs_register' in module) || !('_sqlite3_randomness' in module)) {
      throw new TypeError('A simulated disk takes the module of a synchronous build of @journeyapps/wa-sqlite.')
    }
    const vfs = new DiskVfs(module as VfsModule)
    const code = vfs.#module.vfs_register(vfs, false)
    if (code !== SQLITE_OK) throw new Error(`The VFS could not be registered: SQLite says ${code}.`)
    registered.set(module, vfs)
    return vfs
  }

  private constructor(module: VfsModule) {
    this.#module = module
  }

  /** How many files are open, of all disks. */
  get openCount(): number {
    return this.#handles.size
  }

  /** SQLite's own chance, which is the whole module's (salts of logs, nonces of journals), goes by this from now on. */
  seed(random: Random): void {
    const module = this.#module
    const usual = module._sqlite3_vfs_find(0)
    const name = module._sqlite3_malloc(this.name.length + 1)
    for (let i = 0; i <= this.name.length; i++) module.HEAPU8[name + i] = this.name.charCodeAt(i) || 0
    // SQLite takes a new seed with the first draw, and from the default VFS.
    module._sqlite3_vfs_register(module._sqlite3_vfs_find(name), 1)
    this.#random = random
    module._sqlite3_randomness(0, 0)
    module._sqlite3_randomness(1, name)
    this.#random = undefined
    module._sqlite3_vfs_register(usual, 1)
    module._sqlite3_free(name)
  }

  hasAsyncMethod(): boolean {
    return false
  }

  xOpen(_vfs: number, name: number, id: number, flags: number, outFlags: number): number {
    const handle = this.#open(name, flags)
    if (handle === undefined) return SQLITE_CANTOPEN
    this.#handles.set(id, handle)
    if (outFlags !== 0) this.#setInt32(outFlags, flags)
    return SQLITE_OK
  }

  #open(name: number, flags: number): FileHandle | undefined {
    if (name === 0 || (flags & SQLITE_OPEN_TEMPORARY) !== 0) return new FileHandle(new VirtualFile(), null)
    const deletesOnClose = (flags & SQLITE_OPEN_DELETEONCLOSE) !== 0
    return this.volume?.open(this.#module.UTF8ToString(name), (flags & SQLITE_OPEN_CREATE) !== 0, deletesOnClose)
  }

  /** Also called of a file that could not be opened. */
  xClose(id: number): number {
    const handle = this.#handles.get(id)
    this.#handles.delete(id)
    handle?.volume?.close(handle)
    // The build allocates a table of methods for each file that it opens (the first word of the file), and never frees it.
    this.#module._sqlite3_free(this.#module.HEAP32[id >> 2] as number)
    return SQLITE_OK
  }

  xRead(id: number, into: number, length: number, low: number, high: number): number {
    const handle = this.#handle(id)
    if (handle.isCut) return SQLITE_IOERR_READ
    const found = handle.file.read(this.#module.HEAPU8.subarray(into, into + length), offset(low, high))
    return found === length ? SQLITE_OK : SQLITE_IOERR_SHORT_READ
  }

  xWrite(id: number, from: number, length: number, low: number, high: number): number {
    const { file, volume, isCut } = this.#handle(id)
    if (isCut) return SQLITE_OK
    const bytes = this.#module.HEAPU8.subarray(from, from + length)
    if (volume !== null) return volume.write(file, bytes, offset(low, high))
    file.write(bytes, offset(low, high))
    return SQLITE_OK
  }

  xTruncate(id: number, low: number, high: number): number {
    const { file, volume, isCut } = this.#handle(id)
    if (isCut) return SQLITE_OK
    if (volume !== null) return volume.truncate(file, offset(low, high))
    file.truncate(offset(low, high))
    return SQLITE_OK
  }

  xSync(id: number): number {
    const { file, volume, isCut } = this.#handle(id)
    return isCut || volume === null ? SQLITE_OK : volume.flush(file)
  }

  xFileSize(id: number, out: number): number {
    const { file } = this.#handle(id)
    this.#setInt32(out, file.size)
    this.#setInt32(out + 4, Math.floor(file.size / 2 ** 32))
    return SQLITE_OK
  }

  xLock(id: number, lock: number): number {
    const handle = this.#handle(id)
    if (handle.volume === null || handle.isCut) return SQLITE_OK
    return lockFile(handle, lock, handle.volume.others(handle)) ? SQLITE_OK : SQLITE_BUSY
  }

  xUnlock(id: number, lock: number): number {
    const handle = this.#handle(id)
    handle.lock = Math.min(handle.lock, lock)
    return SQLITE_OK
  }

  xCheckReservedLock(id: number, out: number): number {
    const handle = this.#handle(id)
    let lock = handle.lock
    if (handle.volume !== null) for (const other of handle.volume.others(handle)) lock = Math.max(lock, other.lock)
    this.#setInt32(out, lock >= RESERVED_LOCK ? 1 : NO_LOCK)
    return SQLITE_OK
  }

  xDelete(_vfs: number, name: number, flushed: number): number {
    return this.volume?.delete(this.#module.UTF8ToString(name), flushed !== 0) ?? SQLITE_OK
  }

  xAccess(_vfs: number, name: number, _flags: number, out: number): number {
    this.#setInt32(out, this.volume?.files.find(this.#module.UTF8ToString(name)) === undefined ? 0 : 1)
    return SQLITE_OK
  }

  xFullPathname(_vfs: number, name: number, length: number, out: number): number {
    const heap = this.#module.HEAPU8
    const end = heap.indexOf(0, name) + 1
    if (end - name > length) return SQLITE_CANTOPEN
    heap.copyWithin(out, name, end)
    return SQLITE_OK
  }

  xRandomness(_vfs: number, length: number, out: number): number {
    for (let i = 0; i < length; i++) this.#module.HEAPU8[out + i] = this.#random?.int(0, 255) ?? 0
    return length
  }

  xCurrentTimeInt64(_vfs: number, out: number): number {
    this.#setInt32(out, Number(NOW_JULIAN_MS & 0xffff_ffffn))
    this.#setInt32(out + 4, Number(NOW_JULIAN_MS >> 32n))
    return SQLITE_OK
  }

  xSleep = (_vfs: number, microseconds: number) => microseconds
  xGetLastError = () => SQLITE_OK
  xFileControl = () => SQLITE_NOTFOUND
  xSectorSize = () => SECTOR_BYTES
  xDeviceCharacteristics = () => SQLITE_IOCAP_POWERSAFE_OVERWRITE

  #handle(id: number): FileHandle {
    const handle = this.#handles.get(id)
    if (handle === undefined) throw new Error(`SQLite uses file ${id}, which is not open.`)
    return handle
  }

  #setInt32(at: number, value: number): void {
    this.#module.HEAP32[at >> 2] = value
  }
}

/** 64 bits come as two signed halves. */
function offset(low: number, high: number): number {
  return (low >>> 0) + high * 2 ** 32
}
