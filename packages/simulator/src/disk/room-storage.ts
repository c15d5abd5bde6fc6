import type { RoomStorage } from '@savepoint/server'
import { aliveOn, type SimulatedDisk } from './simulated-disk.ts'

/**
 * Without shared memory a room cannot have WAL, and keeps a rollback journal. A batch must not spill then, or it locks readers
 * out; and the journal's end must be flushed with each COMMIT, which with `synchronous = FULL` it is if the file is truncated, and
 * not if it is deleted.
 */
const ROLLBACK_JOURNAL = 'PRAGMA journal_mode = TRUNCATE; PRAGMA cache_spill = OFF'

/** A room's database on a simulated disk, for the process that runs now. */
export function roomStorage(disk: SimulatedDisk, path: string): RoomStorage {
  const assertAlive = aliveOn(disk)
  return {
    openWriter() {
      assertAlive()
      const writer = disk.open(path)
      if (disk.engine === 'better-sqlite3') return writer
      try {
        writer.exec(ROLLBACK_JOURNAL)
        return writer
      } catch (error) {
        writer.close()
        throw error
      }
    },
    openReader() {
      assertAlive()
      return disk.open(path, { readonly: true })
    },
    replace(image) {
      assertAlive()
      if (image === null) disk.remove(path)
      else disk.write(path, image)
    },
  }
}
