import type { Driver } from '@savepoint/sqlite'

/** Where a client keeps its databases. */
export interface ReplicaStorage {
  /** What the app is told: where the data is, and whether it survives. */
  readonly kind: 'memory' | 'disk'
  /** The database of pending mutations and outcomes. */
  openPending(): Driver
  /** The base of a generation; with an image, a new one that starts as this database file. */
  openBase(generation: number, image?: Uint8Array): Driver
  /** Removes the bases of all other generations. */
  keepOnly(generation: number): void
}
