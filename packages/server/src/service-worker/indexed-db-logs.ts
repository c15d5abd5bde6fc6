import type { RoomLog } from '../log/room-log.ts'
import { BY_CLIENT, ENTRIES, IndexedDbLog, ROOMS, SNAPSHOTS } from './indexed-db-log.ts'
import { resultOf } from './indexed-db-request.ts'

const VERSION = 1

/** The logs of all rooms of a server, in one database of IndexedDB. */
export class IndexedDbLogs {
  readonly #name: string
  #database: Promise<IDBDatabase> | undefined

  /** @param name of the database, in its origin */
  constructor(name: string) {
    this.#name = name
  }

  async has(room: string): Promise<boolean> {
    const rooms = (await this.#open()).transaction(ROOMS).objectStore(ROOMS)
    return (await resultOf(rooms.getKey(room))) !== undefined
  }

  /** A new owner's hold on a room's log, once it claims it. */
  log(room: string): RoomLog {
    return new IndexedDbLog(room, () => this.#open())
  }

  /** Opened again after it was lost: somebody has deleted it, or what was wrong with it may be over. */
  #open(): Promise<IDBDatabase> {
    if (this.#database === undefined) {
      const lost = () => {
        this.#database = undefined
      }
      this.#database = openDatabase(this.#name, lost)
      this.#database.catch(lost)
    }
    return this.#database
  }
}

async function openDatabase(name: string, lost: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ROOMS)
    request.result.createObjectStore(SNAPSHOTS)
    request.result.createObjectStore(ENTRIES).createIndex(BY_CLIENT, ['room', 'clientID', 'mutationID'])
  }
  const database = await resultOf(request)
  database.onclose = lost
  database.onversionchange = () => {
    lost()
    database.close()
  }
  return database
}
