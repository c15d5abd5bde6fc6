import type { EncodedOutcome } from '@savepoint/core'
import { FencedError, type LogEntry, type LogHead, type LogSnapshot, type RoomLog } from '../log/room-log.ts'
import { completed, resultOf } from './indexed-db-request.ts'

export const ROOMS = 'rooms'
export const ENTRIES = 'entries'
export const SNAPSHOTS = 'snapshots'

/** Of entries: a client's by its IDs. */
export const BY_CLIENT = 'byClient'

/** Entries that one read returns. */
const READ_ENTRIES_MAX = 100

/**
 * Characters of entries after which a snapshot is wanted, unless the last one was larger: then as many as that had bytes. Some
 * thousand small mutations, which are followed in well under a second; and no more is written in snapshots than in entries.
 */
const UNSAVED_LENGTH_MAX = 512 * 1024

/** Where a room's log stands. */
interface Standing extends LogHead {
  /** Counts claims: the last one owns the log. */
  readonly owner: number
  /** Of the last snapshot; null if there is none. */
  readonly snapshot: { readonly version: number; readonly bytes: number } | null
  /** Characters appended since. */
  readonly unsaved: number
}

interface StoredEntry extends LogEntry {
  readonly room: string
}

/**
 * A room's log in IndexedDB: each append is one transaction, which looks whether the log is still this owner's, and has happened when the
 * browser says that it is on the disk.
 */
export class IndexedDbLog implements RoomLog {
  readonly #room: string
  readonly #open: () => Promise<IDBDatabase>
  #owner = 0
  #wantsSnapshot = false

  /** @param open gives the database, whose stores are made as `IndexedDbLogs` makes them */
  constructor(room: string, open: () => Promise<IDBDatabase>) {
    this.#room = room
    this.#open = open
  }

  get wantsSnapshot(): boolean {
    return this.#wantsSnapshot
  }

  async claim(fresh: string): Promise<LogHead> {
    const transaction = await this.#begin('readwrite')
    const rooms = transaction.objectStore(ROOMS)
    const known = await resultOf<Standing | undefined>(rooms.get(this.#room))
    const before = known ?? { epoch: fresh, version: 0, floor: 0, owner: 0, snapshot: null, unsaved: 0 }
    const standing = { ...before, owner: before.owner + 1 }
    rooms.put(standing, this.#room)
    await completed(transaction)
    this.#owner = standing.owner
    this.#note(standing)
    const { epoch, version, floor } = standing
    return { epoch, version, floor }
  }

  async append(entries: readonly LogEntry[]): Promise<void> {
    await this.#write((standing, transaction) => {
      if (entries[0]?.version !== standing.version + 1)
        throw new Error(`Version ${entries[0]?.version} does not follow on version ${standing.version} of the log`)
      const store = transaction.objectStore(ENTRIES)
      let { version, unsaved } = standing
      for (const entry of entries) {
        version = entry.version
        unsaved += entry.args.length + entry.changes.length + entry.outcome.length
        store.add({ ...entry, room: this.#room }, [this.#room, version])
      }
      return { ...standing, version, unsaved }
    })
  }

  async read(after: number, to: number): Promise<readonly LogEntry[] | null> {
    if (after >= to) return []
    const transaction = await this.#begin('readonly')
    const standing = resultOf<Standing | undefined>(transaction.objectStore(ROOMS).get(this.#room))
    const range = IDBKeyRange.bound([this.#room, after], [this.#room, to], true)
    const found = resultOf<StoredEntry[]>(transaction.objectStore(ENTRIES).getAll(range, READ_ENTRIES_MAX))
    if (after < ((await standing)?.floor ?? 0)) return null
    return (await found).map(({ room, ...entry }) => entry)
  }

  async outcomes(clientID: string, after: number, to: number): Promise<readonly EncodedOutcome[]> {
    const transaction = await this.#begin('readonly')
    const range = IDBKeyRange.bound([this.#room, clientID, after], [this.#room, clientID, Number.MAX_SAFE_INTEGER], true)
    const found = await resultOf<StoredEntry[]>(transaction.objectStore(ENTRIES).index(BY_CLIENT).getAll(range))
    return found.filter(({ version }) => version <= to).map(({ mutationID, seed, outcome }) => ({ mutationID, seed, outcome }))
  }

  /** Goes over all that is kept below the new floor: the rooms of one browser do not have many clients that never came back. */
  async truncate(floor: number, acked: (clientID: string) => number): Promise<number> {
    let reached = 0
    await this.#write((standing, transaction) => {
      reached = Math.max(standing.floor, Math.min(floor, standing.snapshot?.version ?? 0))
      if (reached === standing.floor) return standing
      const range = IDBKeyRange.bound([this.#room, 0], [this.#room, reached])
      transaction.objectStore(ENTRIES).openCursor(range).onsuccess = ({ target }) => {
        const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result
        if (cursor === null) return
        const entry = cursor.value as StoredEntry
        if (entry.mutationID <= acked(entry.clientID)) cursor.delete()
        else if (entry.changes !== '') cursor.update({ ...entry, args: '', changes: '' })
        cursor.continue()
      }
      return { ...standing, floor: reached }
    })
    return reached
  }

  async snapshot(): Promise<LogSnapshot | null> {
    const transaction = await this.#begin('readonly')
    return (await resultOf<LogSnapshot | undefined>(transaction.objectStore(SNAPSHOTS).get(this.#room))) ?? null
  }

  async saveSnapshot({ version, image }: LogSnapshot): Promise<void> {
    // Whether it succeeds or not, the next one is wanted only when the log has grown as much again.
    this.#wantsSnapshot = false
    await this.#write((standing, transaction) => {
      transaction.objectStore(SNAPSHOTS).put({ version, image }, this.#room)
      return { ...standing, snapshot: { version, bytes: image.length }, unsaved: 0 }
    })
  }

  /**
   * One transaction, on the disk when it resolves, that goes on from where the log stands.
   * @throws (rejects) FencedError if another owner has claimed it; what `change` throws; Error if it was not written
   */
  async #write(change: (standing: Standing, transaction: IDBTransaction) => Standing): Promise<void> {
    const transaction = await this.#begin('readwrite')
    const rooms = transaction.objectStore(ROOMS)
    const over = completed(transaction)
    let refusal: unknown
    let after: Standing | undefined
    rooms.get(this.#room).onsuccess = ({ target }) => {
      const standing = (target as IDBRequest<Standing | undefined>).result
      try {
        if (standing?.owner !== this.#owner) throw new FencedError()
        after = change(standing, transaction)
        rooms.put(after, this.#room)
      } catch (error) {
        refusal = error
        transaction.abort()
      }
    }
    try {
      await over
    } catch (error) {
      throw refusal ?? error
    }
    if (after !== undefined) this.#note(after)
  }

  #note({ snapshot, unsaved }: Standing): void {
    this.#wantsSnapshot = snapshot === null || unsaved > Math.max(UNSAVED_LENGTH_MAX, snapshot.bytes)
  }

  async #begin(mode: 'readonly' | 'readwrite'): Promise<IDBTransaction> {
    return (await this.#open()).transaction([ROOMS, ENTRIES, SNAPSHOTS], mode, { durability: 'strict' })
  }
}
