import type { SyncFile } from '@savepoint/sqlite/wa-sqlite'
import { StorageInUse } from './browser-storage.ts'
import { FILE_NAMES } from './file-storage.ts'

/** A worker that is terminated while busy keeps its files for up to 2 s. */
const HELD_MS_MAX = 5000
const TRY_AGAIN_AFTER_MS = 50
const ROOT = 'savepoint'

/** The slice of the origin's private file system that is used. */
export interface OpfsDirectory {
  getDirectoryHandle(name: string, options?: { readonly create?: boolean }): Promise<OpfsDirectory>
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<object>
  removeEntry(name: string, options?: { readonly recursive?: boolean }): Promise<void>
}

interface OpfsOptions {
  readonly root: OpfsDirectory
  readonly name: string
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens all of a replica's files, or none, and waits for a while if another has them.
 *
 * @throws (rejects) StorageInUse if they stay held; the signal's reason; or whatever the browser refuses with.
 */
export async function openOpfsFiles({ root, name, wait, signal }: OpfsOptions): Promise<Map<string, SyncFile>> {
  const all = await root.getDirectoryHandle(ROOT, { create: true })
  const directory = await all.getDirectoryHandle(directoryName(name), { create: true })
  for (let waited = 0; ; waited += TRY_AGAIN_AFTER_MS) {
    signal?.throwIfAborted()
    try {
      return await openAll(directory, signal)
    } catch (error) {
      if (!isHeld(error)) throw error
      if (waited >= HELD_MS_MAX) throw inUse(name, error)
      await wait(TRY_AGAIN_AFTER_MS)
    }
  }
}

/** True if a replica has files. */
export async function hasOpfsFiles(root: OpfsDirectory, name: string): Promise<boolean> {
  try {
    const all = await root.getDirectoryHandle(ROOT)
    const directory = await all.getDirectoryHandle(directoryName(name))
    for (const file of FILE_NAMES) await directory.getFileHandle(file)
    return true
  } catch (error) {
    if ((error as Error).name === 'NotFoundError') return false
    throw error
  }
}

/**
 * Removes a replica's files. There may be none.
 *
 * @throws (rejects) StorageInUse if somebody has them open; or whatever the browser refuses with.
 */
export async function removeOpfsFiles(root: OpfsDirectory, name: string): Promise<void> {
  try {
    const all = await root.getDirectoryHandle(ROOT)
    await all.removeEntry(directoryName(name), { recursive: true })
  } catch (error) {
    if (isHeld(error)) throw inUse(name, error)
    if ((error as Error).name !== 'NotFoundError') throw error
  }
}

/** Lets go of them. */
export function closeAll(files: ReadonlyMap<string, SyncFile>): void {
  for (const file of files.values()) file.close()
}

/** At once but for the first: of two who come together, one gets that, and then all. */
async function openAll(directory: OpfsDirectory, signal: AbortSignal | undefined): Promise<Map<string, SyncFile>> {
  const [gate, ...others] = FILE_NAMES as [string, ...string[]]
  const files = new Map([[gate, await openFile(directory, gate)]])
  const opened = await Promise.allSettled(others.map((name) => openFile(directory, name)))
  try {
    for (const [i, result] of opened.entries()) if (result.status === 'fulfilled') files.set(others[i] as string, result.value)
    for (const result of opened) if (result.status === 'rejected') throw result.reason
    signal?.throwIfAborted()
    return files
  } catch (error) {
    closeAll(files)
    throw error
  }
}

async function openFile(directory: OpfsDirectory, name: string): Promise<SyncFile> {
  const handle = (await directory.getFileHandle(name, { create: true })) as { createSyncAccessHandle?(): Promise<SyncFile> }
  if (handle.createSyncAccessHandle === undefined) throw new Error('This is no worker, or a browser that cannot open files in one.')
  return await handle.createSyncAccessHandle()
}

/** Any name makes a directory: dots alone would not. */
function directoryName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E')
}

/** WebKit calls it an invalid state. */
function isHeld(error: unknown): boolean {
  const { name } = error as Error
  return name === 'NoModificationAllowedError' || name === 'InvalidStateError'
}

function inUse(name: string, cause: unknown): StorageInUse {
  return new StorageInUse(`The files of "${name}" are held by another tab or worker. Nothing was opened; close it, or try again.`, {
    cause,
  })
}
