import type { LogEntry } from '../log/room-log.ts'
import { applyEntries } from '../room/recover-room.ts'
import type { RoomDatabase } from '../room/room-database.ts'
import { BackupError } from './backup-error.ts'

/** The slice of a log that is replayed. */
interface ReplayedLog {
  read(after: number, to: number): readonly LogEntry[] | null
}

/**
 * Brings a database from one version to another by the changes in a log. Wherever the log tells a digest, the content is compared.
 *
 * @param onEntries told of entries before they are applied
 * @throws BackupError `damaged` if the log does not lead there
 */
export function replayLog(
  database: RoomDatabase,
  log: ReplayedLog,
  { from, to, epoch }: { from: number; to: number; epoch: string },
  onEntries: (entries: readonly LogEntry[]) => void = () => {},
): void {
  // Foreign keys can be switched only outside a transaction.
  database.writer.exec('PRAGMA foreign_keys = OFF')
  for (let at = from; at < to; ) {
    const entries = log.read(at, to)
    if (entries === null || entries.length === 0) throw damaged(`its entries after version ${at} are missing`)
    for (const batch of batches(entries)) {
      check(batch, at)
      onEntries(batch)
      try {
        at = applyEntries(database, batch, epoch)
      } catch (error) {
        throw damaged(
          `versions ${batch[0]?.version} to ${batch.at(-1)?.version} do not lead on from version ${at}: ${(error as Error).message}`,
          error,
        )
      }
    }
  }
  database.writer.exec('PRAGMA foreign_keys = ON')
}

/** Cut where the log tells the digest. */
function batches(entries: readonly LogEntry[]): LogEntry[][] {
  const all: LogEntry[][] = []
  let batch: LogEntry[] = []
  for (const entry of entries) {
    batch.push(entry)
    if (entry.digest === '') continue
    all.push(batch)
    batch = []
  }
  return batch.length > 0 ? [...all, batch] : all
}

function check(batch: readonly LogEntry[], at: number): void {
  for (const [i, { version }] of batch.entries()) if (version !== at + i + 1) throw damaged(`version ${at + i + 1} is missing`)
}

function damaged(why: string, cause?: unknown): BackupError {
  return new BackupError('damaged', `The log is damaged: ${why}.`, { cause })
}
