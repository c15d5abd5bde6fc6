import type { WaSqliteModule } from './wa-module.ts'

const SQLITE_OK = 0
const SQLITE_NOTFOUND = 12
const SQLITE_CANTOPEN = 14
const SQLITE_IOERR_SHORT_READ = 522
const SQLITE_OPEN_CREATE = 0x4
const SQLITE_OPEN_DELETEONCLOSE = 0x8
const SECTOR_BYTES = 4_096

interface MemoryFile {
  readonly name: string
  bytes: Uint8Array
  size: number
  deleteOnClose: boolean
}

interface Out {
  setInt32(offset: number, value: number, littleEndian: true): void
  setBigInt64(offset: number, value: bigint, littleEndian: true): void
}

/**
 * Files in memory, by the VFS interface of wa-sqlite 1.0: for its build, which can neither take nor give the image of a
 * database otherwise.
 */
class WaImageVfs {
  readonly name = 'savepoint-images'
  readonly #files = new Map<string, MemoryFile>()
  readonly #open = new Map<number, MemoryFile>()
  #count = 0

  /** Adds a file and returns its name. The bytes become the VFS's own. */
  add(bytes: Uint8Array): string {
    const name = this.newName()
    this.#files.set(name, { name, bytes, size: bytes.length, deleteOnClose: true })
    return name
  }

  newName(): string {
    return `image-${++this.#count}`
  }

  /** Removes a file and returns its bytes. */
  take(name: string): Uint8Array {
    const file = this.#files.get(name)
    this.#files.delete(name)
    return file ? file.bytes.slice(0, file.size) : new Uint8Array(0)
  }

  xOpen(path: string | null, id: number, flags: number, outFlags: Out): number {
    const name = path ? pathOf(path) : this.newName()
    let file = this.#files.get(name)
    if (!file) {
      if ((flags & SQLITE_OPEN_CREATE) === 0) return SQLITE_CANTOPEN
      file = { name, bytes: new Uint8Array(0), size: 0, deleteOnClose: (flags & SQLITE_OPEN_DELETEONCLOSE) !== 0 }
      this.#files.set(name, file)
    }
    this.#open.set(id, file)
    outFlags.setInt32(0, flags, true)
    return SQLITE_OK
  }

  xClose(id: number): number {
    const file = this.#open.get(id)
    this.#open.delete(id)
    if (file?.deleteOnClose) this.#files.delete(file.name)
    return SQLITE_OK
  }

  xRead(id: number, into: Uint8Array, offset: number): number {
    const file = this.#file(id)
    const available = file.bytes.subarray(offset, Math.min(offset + into.length, file.size))
    into.set(available)
    if (available.length === into.length) return SQLITE_OK
    into.fill(0, available.length)
    return SQLITE_IOERR_SHORT_READ
  }

  xWrite(id: number, from: Uint8Array, offset: number): number {
    const file = this.#file(id)
    const end = offset + from.length
    if (end > file.bytes.length) {
      const grown = new Uint8Array(Math.max(end, file.bytes.length * 2))
      grown.set(file.bytes.subarray(0, file.size))
      file.bytes = grown
    }
    file.bytes.set(from, offset)
    file.size = Math.max(file.size, end)
    return SQLITE_OK
  }

  xTruncate(id: number, size: number): number {
    const file = this.#file(id)
    file.bytes.fill(0, size, file.size)
    file.size = Math.min(file.size, size)
    return SQLITE_OK
  }

  xFileSize(id: number, out: Out): number {
    out.setBigInt64(0, BigInt(this.#file(id).size), true)
    return SQLITE_OK
  }

  xDelete(path: string): number {
    this.#files.delete(pathOf(path))
    return SQLITE_OK
  }

  xAccess(path: string, _flags: number, out: Out): number {
    out.setInt32(0, this.#files.has(pathOf(path)) ? 1 : 0, true)
    return SQLITE_OK
  }

  xCheckReservedLock(_id: number, out: Out): number {
    out.setInt32(0, 0, true)
    return SQLITE_OK
  }

  xSync = () => SQLITE_OK
  xLock = () => SQLITE_OK
  xUnlock = () => SQLITE_OK
  xFileControl = () => SQLITE_NOTFOUND
  xSectorSize = () => SECTOR_BYTES
  xDeviceCharacteristics = () => 0

  #file(id: number): MemoryFile {
    const file = this.#open.get(id)
    if (!file) throw new Error(`no file is open as ${id}`)
    return file
  }
}

/** Without the parameters of a URI. */
function pathOf(path: string): string {
  return path.split('?', 1)[0] as string
}

const registered = new WeakMap<WaSqliteModule, WaImageVfs>()

/** The module's VFS for images, or undefined if it takes none of wa-sqlite 1.0. */
export function imageVfs(module: WaSqliteModule): WaImageVfs | undefined {
  if (!module.registerVFS) return undefined
  let vfs = registered.get(module)
  if (!vfs) {
    vfs = new WaImageVfs()
    module.registerVFS(vfs, false)
    registered.set(module, vfs)
  }
  return vfs
}
