import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import type { BrowserStorage } from './browser-storage.ts'
import { FileStorage } from './file-storage.ts'
import type { Mirror } from './mirror.ts'

/**
 * Memory of which a store keeps a copy.
 * @param why it is not on files
 */
export function mirrorStorage(module: WaSqliteModule, mirror: Mirror, why: string): BrowserStorage {
  return new FileStorage({
    info: { kind: 'mirror', why },
    module,
    files: mirror.files,
    journal: 'memory',
    flushed: () => mirror.flushed(),
    released: () => mirror.release(),
  })
}
