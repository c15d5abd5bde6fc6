import type { Driver } from '@savepoint/sqlite'
import type { SnapshotSink } from './connection/transport.ts'

/**
 * Where a client's data is. `disk`: files, of Node or of the browser's origin (OPFS). `mirror`: memory, of which IndexedDB keeps a
 * copy. `memory`: gone with the process, or with the tab.
 */
export interface StorageInfo {
  readonly kind: 'disk' | 'mirror' | 'memory'
  /** Why it is not kept somewhere better, for people to read; undefined if this is what was asked for. */
  readonly why?: string
}

/** Where a client keeps its databases. */
export interface ReplicaStorage extends StorageInfo {
  /** The database of pending mutations and outcomes. `anew` puts an empty one in its place. */
  openPending(anew?: boolean): Driver
  /** The base of a generation; with an image, a new one that starts as this database file, or as the one that was received. */
  openBase(generation: number, image?: Uint8Array | 'received'): Driver
  /**
   * Takes the file of a new base in parts. It is of no account until it is opened, and what has come of it outlives a crash.
   * Left out by a storage that takes whole images only.
   */
  receive?(generation: number): SnapshotSink
  /** Removes the bases of all other generations; of all, if it is negative. */
  keepOnly(generation: number): void
  /**
   * Resolves when all that was committed until now survives a crash; rejects if it could not be put where it would, and
   * tries again when it is asked again. Left out by a storage on which a COMMIT says so itself.
   */
  flushed?(): Promise<void>
}
