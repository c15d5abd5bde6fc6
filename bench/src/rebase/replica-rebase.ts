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

/** What is pending: `add` depends on the foreign change, as any may be the one of its name; `addByID` depends on its own row alone. */
type Pending = 'add' | 'addByID'

/** A client's replica: base, predictions, digest. */
export function replicaRebase(
  module: WaSqliteModule,
  base: BaseImage,
  layout: Layout,
  pendingCount: number,
  name: Pending = 'add',
): Rebasing {
  const database = SyncedDatabase.open(openWaSqlite(module, { bytes: base.bytes }), countersSchema, countersMutators)
  let version = 1
  const start = { position: { epoch: 'epoch', version }, digest: Digest.parse(base.digest) }
  const replica = new Replica(database, { clientID: 'bench', auth: null, start })
  const pending = Array.from({ length: pendingCount }, (_, i) => {
    const id = pendingRow(i, base, layout)
    const args = encodeData(name === 'add' ? { name: `counter-${id}`, by: 1 } : { id, by: 1 })
    return { mutationID: i + 1, name, args, createdAt: 1_700_000_000_000, seed: `seed-of-mutation-${i}` }
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
        // The first change says in the base itself where it stands, and is always a rebase.
        const expected = name === 'add' || position.version === 2 ? pendingCount : 0
        if (replayed !== expected) throw new Error(`${replayed} of ${pendingCount} mutations were replayed, not ${expected}.`)
      }
    },
    close: () => replica.close(),
  }
}
