import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { ReplicaStorage } from './storage.ts'

/** Keeps both databases in the memory of one wa-sqlite module: gone with the process. */
export function memoryStorage(module: WaSqliteModule): ReplicaStorage {
  return {
    kind: 'memory',
    openPending: () => openWaSqlite(module),
    openBase: (_generation, image) => openWaSqlite(module, image instanceof Uint8Array ? { bytes: image } : {}),
    keepOnly() {},
  }
}
