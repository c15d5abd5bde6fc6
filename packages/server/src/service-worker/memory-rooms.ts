import { MemoryFile, type MountedFiles, mountFiles, openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { RoomStorage } from '../room/room-storage.ts'
import { type SnapshotPosition, writeSnapshot } from '../snapshot/write-snapshot.ts'

const SNAPSHOT_FILE = 'snapshot'

/** The databases of rooms in memory, on wa-sqlite. What is committed here is safe as soon as it is in the room's log, and no sooner. */
export class MemoryRooms {
  readonly #module: WaSqliteModule
  readonly #files = new Map<string, MemoryFile>()
  readonly #mounted: MountedFiles
  /** Names of files by rooms: SQLite takes short ones only. */
  readonly #names = new Map<string, string>()
  #count = 0

  constructor(module: WaSqliteModule) {
    this.#module = module
    this.#mounted = mountFiles(module, this.#files, true)
  }

  storageOf(room: string): RoomStorage {
    const name = this.#names.get(room) ?? `room-${++this.#count}`
    this.#names.set(room, name)
    const file = this.#files.get(name) ?? new MemoryFile()
    this.#files.set(name, file)
    return {
      openWriter: () => this.#open(name, 'PRAGMA journal_mode = MEMORY'),
      openReader: () => this.#open(name, 'PRAGMA query_only = ON'),
      replace(image) {
        file.truncate(0)
        if (image !== null) file.write(image, { at: 0 })
      },
    }
  }

  /** Frees the memory of a room that is closed. */
  forget(room: string): void {
    this.#files.delete(this.#names.get(room) ?? '')
    this.#names.delete(room)
  }

  /** What is committed in a room that is open. */
  snapshot(room: string): { readonly position: SnapshotPosition; readonly image: Uint8Array } {
    this.#files.set(SNAPSHOT_FILE, new MemoryFile())
    const target = openWaSqlite(this.#module, { filename: SNAPSHOT_FILE, files: this.#mounted, shadowWrites: true })
    try {
      const position = writeSnapshot(target, this.#mounted.pathOf(this.#names.get(room) ?? ''))
      return { position, image: target.serialize() }
    } finally {
      target.close()
      this.#files.delete(SNAPSHOT_FILE)
    }
  }

  #open(name: string, pragma: string) {
    const driver = openWaSqlite(this.#module, { filename: name, files: this.#mounted })
    driver.exec(pragma)
    return driver
  }
}
