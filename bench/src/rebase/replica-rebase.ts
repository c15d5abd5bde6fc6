import { Replica } from '@savepoint/client'
import { encodeData } from '@savepoint/core'
import { Digest, SyncedDatabase } from '@savepoint/sqlite'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type BaseImage, type Layout, NOTE, pendingRow } from './base-image.ts'

/** Something with pending work, on which a foreign change can arrive. */
export interface Rebasing {
  /** Makes a foreign change ready. Returns its arrival below all that is pending. */
  prepare(): () => void
  close(): void
}

/** A client's replica: base, predictions, digest. */
export function replicaRebase(module: WaSqliteModule, base: BaseImage, layout: Layout, pendingCount: number): Rebasing {
  const database = SyncedDatabase.open(openWaSqlite(module, { bytes: base.bytes }), countersSchema, countersMutators)
  let version = 1
  const start = { position: { epoch: 'epoch', version }, digest: Digest.parse(base.digest) }
  const replica = new Replica(database, { clientID: 'bench', auth: null, start })
  const pending = Array.from({ length: pendingCount }, (_, i) => {
    const args = encodeData({ name: `counter-${pendingRow(i, base, layout)}`, by: 1 })
    return { mutationID: i + 1, name: 'add', args, createdAt: 1_700_000_000_000, seed: `seed-of-mutation-${i}` }
  })
  for (const mutation of pending) replica.predict(mutation)
  const digest = Digest.parse(base.digest)
  const row = (n: number) => [base.rows, `counter-${base.rows}`, n, NOTE]
  return {
    prepare() {
      digest.change({ table: 'counters', before: row(version - 1), after: row(version) })
      const patch = [{ table: 'counters', puts: [row(version)], deletes: [] }]
      version++
      const position = { epoch: 'epoch', version }
      const step = { patch, position, digest: digest.toString(), clientID: 'bench', lastMutationID: 0, remaining: pending }
      return () => {
        const replayed = replica.advance(step).replayed.length
        if (replayed !== pendingCount) throw new Error(`${replayed} of ${pendingCount} mutations were replayed.`)
      }
    },
    close: () => replica.close(),
  }
}
