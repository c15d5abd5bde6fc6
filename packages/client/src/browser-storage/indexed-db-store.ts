import { MemoryFile } from '@savepoint/sqlite/wa-sqlite'
import { StorageInUse } from './browser-storage.ts'
import type { FileChange, MirrorStore } from './mirror.ts'

const CHUNKS = 'chunks'
const FILES = 'files'
/** Beside the sizes of files: who may write, by number. No file is called so. */
const OWNER = ''
const VERSION = 1

/** A copy of files in IndexedDB: each write is one transaction. Who opens it takes it over from whoever had it. */
export class IndexedDbStore implements MirrorStore {
  readonly #name: string
  readonly #database: IDBDatabase
  #owner = 0
  #transaction: IDBTransaction | undefined

  /** @throws (rejects) Error if the browser refuses */
  static async open(name: string): Promise<IndexedDbStore> {
    if (globalThis.indexedDB === undefined) throw new Error('There is no IndexedDB here.')
    const request = indexedDB.open(databaseName(name), VERSION)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(CHUNKS)
      request.result.createObjectStore(FILES)
    }
    return new IndexedDbStore(name, await resultOf(request))
  }

  private constructor(name: string, database: IDBDatabase) {
    this.#name = name
    this.#database = database
    // Somebody deletes it: whatever is written from now on fails.
    database.onversionchange = () => database.close()
  }

  async load(): Promise<ReadonlyMap<string, MemoryFile>> {
    const transaction = this.#database.transaction([CHUNKS, FILES], 'readwrite')
    const [chunks, files] = [transaction.objectStore(CHUNKS), transaction.objectStore(FILES)]
    const [fileKeys, sizes] = [resultOf(files.getAllKeys()), resultOf<number[]>(files.getAll())]
    const [chunkKeys, bytes] = [resultOf(chunks.getAllKeys()), resultOf<Uint8Array[]>(chunks.getAll())]
    files.get(OWNER).onsuccess = (event) => {
      this.#owner = ((event.target as IDBRequest<number | undefined>).result ?? 0) + 1
      files.put(this.#owner, OWNER)
    }
    const parts = new Map<string, Uint8Array[]>()
    const all = await bytes
    for (const [i, key] of ((await chunkKeys) as [string, number][]).entries()) {
      const [name, index] = key
      const found = parts.get(name) ?? []
      found[index] = all[i] as Uint8Array
      parts.set(name, found)
    }
    const lengths = await sizes
    const known = new Map<string, MemoryFile>()
    for (const [i, name] of ((await fileKeys) as string[]).entries()) {
      if (name !== OWNER) known.set(name, MemoryFile.of(parts.get(name) ?? [], lengths[i] as number))
    }
    await completed(transaction)
    return known
  }

  async write(changes: ReadonlyMap<string, FileChange>): Promise<void> {
    const transaction = this.#database.transaction([CHUNKS, FILES], 'readwrite', { durability: 'strict' })
    this.#transaction = transaction
    const [chunks, files] = [transaction.objectStore(CHUNKS), transaction.objectStore(FILES)]
    let isOwner = true
    files.get(OWNER).onsuccess = (event) => {
      isOwner = (event.target as IDBRequest<number | undefined>).result === this.#owner
      if (!isOwner) return transaction.abort()
      for (const [name, change] of changes) {
        files.put(change.size, name)
        for (const [index, bytes] of change.chunks) {
          if (bytes === undefined) chunks.delete([name, index])
          else chunks.put(bytes, [name, index])
        }
      }
    }
    try {
      await completed(transaction)
    } catch (error) {
      if (!isOwner) throw new StorageInUse(`Another tab has taken "${this.#name}" over. Nothing more is written here.`, { cause: error })
      throw new Error(`The copy of "${this.#name}" in IndexedDB could not be brought up to date: ${messageOf(error)}`, { cause: error })
    } finally {
      this.#transaction = undefined
    }
  }

  close(): void {
    try {
      this.#transaction?.abort()
    } catch {
      // It has ended by itself.
    }
    this.#database.close()
  }
}

/** Whether there is a copy. Says no where the browser does not tell. */
export async function hasIndexedDbStore(name: string): Promise<boolean> {
  const all = (await globalThis.indexedDB?.databases?.()) ?? []
  return all.some((database) => database.name === databaseName(name))
}

export async function removeIndexedDbStore(name: string): Promise<void> {
  if (globalThis.indexedDB !== undefined) await resultOf(indexedDB.deleteDatabase(databaseName(name)))
}

function databaseName(name: string): string {
  return `savepoint/${name}`
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('It was given up.'))
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
