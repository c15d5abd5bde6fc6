import type { ReplicaStorage } from '../storage.ts'

/** A replica's storage in a browser, which can be let go at once. */
export interface BrowserStorage extends ReplicaStorage {
  /**
   * Closes every file at once: whatever its databases write later fails, so that who has lost the right to write cannot.
   * To be called after the client is closed as well.
   */
  release(): void
  /** False if the browser has deleted the files, with all of the origin's data: who has them open can write still, and it is for nothing. */
  isThere?(): Promise<boolean>
}

/** Another tab, or a worker that has not ended yet, holds the replica's files. Nothing was opened or changed. */
export class StorageInUse extends Error {
  override readonly name = 'StorageInUse'
}
