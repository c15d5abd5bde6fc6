import { SQLITE_NOTFOUND, SQLITE_OK } from './result-codes.ts'
import type { WaFileSystem } from './wa-file-system.ts'

const SECTOR_BYTES = 4096
const SQLITE_IOCAP_POWERSAFE_OVERWRITE = 0x1000

interface Out {
  setInt32(offset: number, value: number, littleEndian: true): void
  setBigInt64(offset: number, value: bigint, littleEndian: true): void
}

/** The VFS for the build of wa-sqlite 1.0, which translates arguments itself. */
export class PlainFileVfs {
  readonly name: string
  readonly #system: WaFileSystem

  constructor(system: WaFileSystem) {
    this.name = system.vfs
    this.#system = system
  }

  xOpen(path: string | null, id: number, flags: number, outFlags: Out): number {
    outFlags.setInt32(0, flags, true)
    return this.#system.open(path, id, flags)
  }

  xClose(id: number): number {
    this.#system.close(id)
    return SQLITE_OK
  }

  xRead = (id: number, into: Uint8Array, at: number) => this.#system.read(id, into, at)
  xWrite = (id: number, bytes: Uint8Array, at: number) => this.#system.write(id, bytes, at)
  xTruncate = (id: number, size: number) => this.#system.truncate(id, size)
  xSync = (id: number) => this.#system.flush(id)
  xFileSize = (id: number, out: Out) => this.#system.size(id, (size) => out.setBigInt64(0, BigInt(size), true))
  xDelete = (path: string) => this.#system.delete(path)
  xAccess = (path: string, _flags: number, out: Out) => this.#system.exists(path, (exists) => out.setInt32(0, exists ? 1 : 0, true))

  xCheckReservedLock(id: number, out: Out): number {
    out.setInt32(0, this.#system.isReserved(id) ? 1 : 0, true)
    return SQLITE_OK
  }

  xLock = (id: number, lock: number) => this.#system.lock(id, lock)
  xUnlock = (id: number, lock: number) => this.#system.unlock(id, lock)
  xFileControl = () => SQLITE_NOTFOUND
  xSectorSize = () => SECTOR_BYTES
  xDeviceCharacteristics = () => SQLITE_IOCAP_POWERSAFE_OVERWRITE
}
