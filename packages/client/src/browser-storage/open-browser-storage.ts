import { MemoryFile, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { StorageInfo } from '../storage.ts'
import { type BrowserStorage, StorageInUse } from './browser-storage.ts'
import { FILE_NAMES, FileStorage } from './file-storage.ts'
import { type OpfsDirectory, openOpfsFiles, removeOpfsFiles } from './open-opfs-files.ts'

export interface BrowserStorageOptions {
  /** Which replica: one of a kind for the origin. */
  readonly name: string
  readonly module: WaSqliteModule
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
 * @throws (rejects) StorageInUse if another holds the files; the signal's reason; Error if it cannot be what is required.
 */
export async function openBrowserStorage(options: BrowserStorageOptions): Promise<BrowserStorage> {
  const { name, module, require, signal } = options
  try {
    const files = await openOpfsFiles({ root: await opfsRoot(), name, signal, wait })
    return new FileStorage({ info: { kind: 'disk' }, module, files, journal: 'wal' })
  } catch (error) {
    if (error instanceof StorageInUse || signal?.aborted) throw error
    const why = `The browser gives no files: ${messageOf(error)}`
    if (require !== undefined) throw new Error(`${why} Storage of kind "${require}" is required, so nothing was opened.`, { cause: error })
    return memoryFileStorage(module, why)
  }
}

/** Memory alone, for who cannot have the replica's files. */
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
}

async function opfsRoot(): Promise<OpfsDirectory> {
  const storage = globalThis.navigator?.storage as { getDirectory?(): Promise<OpfsDirectory> } | undefined
  if (storage?.getDirectory === undefined) throw new Error('There is no file system for origins here.')
  return await storage.getDirectory()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
