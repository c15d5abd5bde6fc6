import { MemoryFile, type SyncFile, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { StorageInfo } from '../storage.ts'
import { type BrowserStorage, StorageInUse } from './browser-storage.ts'
import { FILE_NAMES, FileStorage, PENDING_FILE } from './file-storage.ts'
import { hasIndexedDbStore, IndexedDbStore, removeIndexedDbStore } from './indexed-db-store.ts'
import { Mirror } from './mirror.ts'
import { mirrorStorage } from './mirror-storage.ts'
import { closeAll, hasOpfsFiles, type OpfsDirectory, openOpfsFiles, removeOpfsFiles } from './open-opfs-files.ts'

export interface BrowserStorageOptions {
  /** Which replica: one of a kind for the origin. */
  readonly name: string
  /** The engine, or its coming: the files are opened meanwhile. */
  readonly module: WaSqliteModule | Promise<WaSqliteModule>
  /** What it has to be at least. Without it, the best that the browser gives. */
  readonly require?: 'disk' | 'mirror' | undefined
  /** Ends the wait for files that another holds. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a replica's storage in a browser: the origin's private files (OPFS), in a dedicated worker; where there are none,
 * memory of which IndexedDB keeps a copy; else memory alone. `why` tells what stood in the way of something better.
 *
 * Only one at a time may have a replica open: hold a lock around this.
 *
 * @throws (rejects) StorageInUse if another holds the files; the signal's reason; whatever the engine failed with; Error if it cannot be what is
 * required.
 */
export async function openBrowserStorage(options: BrowserStorageOptions): Promise<BrowserStorage> {
  const { name, require, signal } = options
  if (name === '') throw new TypeError('A replica needs a name that is not empty.')
  const [disk, engine] = await Promise.allSettled([openDisk(options), options.module])
  if (engine.status === 'rejected') {
    if (disk.status === 'fulfilled') closeAll(disk.value)
    throw engine.reason
  }
  const module = engine.value
  const refusals: unknown[] = []
  try {
    if (disk.status === 'rejected') throw disk.reason
    const isThere = async () => await hasOpfsFiles(await opfsRoot(), name)
    return new FileStorage({ info: { kind: 'disk' }, module, files: disk.value, journal: 'wal', isThere })
  } catch (error) {
    if (error instanceof StorageInUse || signal?.aborted) throw error
    refusals.push(error)
  }
  const noFiles = `The browser gives no files: ${messageOf(refusals[0])}`
  if (require === 'disk') throw required('disk', noFiles, refusals)
  try {
    const mirror = await Mirror.open(await IndexedDbStore.open(name), FILE_NAMES)
    return mirrorStorage(module, mirror, noFiles)
  } catch (error) {
    refusals.push(error)
  }
  signal?.throwIfAborted()
  const why = `${noFiles} IndexedDB cannot be used either: ${messageOf(refusals[1])}`
  if (require === 'mirror') throw required('mirror', why, refusals)
  return memoryFileStorage(module, why)
}

/** Memory alone, for who cannot have the replica's files, or wants none. */
export function memoryFileStorage(module: WaSqliteModule, why?: string): BrowserStorage {
  const files = new Map(FILE_NAMES.map((name) => [name, new MemoryFile()]))
  const info: StorageInfo = why === undefined ? { kind: 'memory' } : { kind: 'memory', why }
  return new FileStorage({ info, module, files, journal: 'memory' })
}

/**
 * Deletes a replica, and what is pending in it, for good.
 *
 * @throws (rejects) StorageInUse if somebody has it open
 */
export async function removeBrowserStorage(name: string): Promise<void> {
  const root = await opfsRoot().catch(() => undefined)
  if (root !== undefined) await removeOpfsFiles(root, name)
  await removeIndexedDbStore(name)
}

async function openDisk({ name, signal }: BrowserStorageOptions): Promise<ReadonlyMap<string, SyncFile>> {
  const files = await openOpfsFiles({ root: await opfsRoot(), name, signal, wait })
  try {
    if (files.get(PENDING_FILE)?.getSize() === 0 && (await hasIndexedDbStore(name))) await moveIn(name, files)
    return files
  } catch (error) {
    closeAll(files)
    throw error
  }
}

/** The browser gave no files once, and gives some now: what was kept in IndexedDB goes there. */
async function moveIn(name: string, files: ReadonlyMap<string, SyncFile>): Promise<void> {
  const store = await IndexedDbStore.open(name)
  const known = await store.load()
  // The queue last: until it is there, none of it counts.
  for (const [fileName, file] of [...files].reverse()) {
    const memory = known.get(fileName)
    if (memory === undefined) continue
    file.truncate(0)
    for (const [index, chunk] of memory.chunks.entries()) {
      if (chunk !== undefined && file.write(chunk, { at: index * chunk.length }) < chunk.length) throw new Error('The storage is full.')
    }
    file.truncate(memory.getSize())
    file.flush()
  }
  store.close()
  await removeIndexedDbStore(name)
}

async function opfsRoot(): Promise<OpfsDirectory> {
  const storage = globalThis.navigator?.storage as { getDirectory?(): Promise<OpfsDirectory> } | undefined
  if (storage?.getDirectory === undefined) throw new Error('There is no file system for origins here.')
  return await storage.getDirectory()
}

function required(kind: 'disk' | 'mirror', why: string, errors: readonly unknown[]): Error {
  return new AggregateError(errors, `${why} Storage of kind "${kind}" is required, so nothing was opened.`)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
