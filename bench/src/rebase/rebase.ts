import { loadWaSqlite } from '@savepoint/client/node'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { timed } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { type BaseImage, baseImage, type Layout } from './base-image.ts'
import { byHandRebase } from './by-hand-rebase.ts'
import { replicaRebase } from './replica-rebase.ts'

type Row = Table['rows'][number]

const MB = 1_000_000

/** What a foreign change costs a client with work pending: undo, apply, replay. */
export const rebase: Bench = {
  name: 'rebase',
  summary: 'one foreign change below N pending mutations, against the same statements by hand',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const module = await loadWaSqlite()
  const rows: Row[] = []
  for (const size of byEffort(context, { smoke: [0.1 * MB], quick: [MB, 20 * MB], full: [MB, 100 * MB] })) {
    context.progress(`a base of ${size / MB} MB`)
    const base = baseImage(size)
    for (const layout of ['all over', 'side by side'] as const) {
      for (const pending of byEffort(context, { smoke: [1, 10], quick: [1, 100, 1000], full: [1, 10, 100, 1000, 10_000] })) {
        rows.push({ base: size / MB, layout, pending, ...(await measureOne(context, module, base, layout, pending)) })
      }
    }
  }
  return {
    key: 'rebase',
    title: 'Milliseconds until one foreign change is in, with N mutations pending (wa-sqlite, in memory)',
    columns: [
      { key: 'base', title: 'base MB', decimals: 1 },
      { key: 'layout', title: 'rows' },
      { key: 'pending', title: 'pending' },
      { key: 'savepoint', title: 'Savepoint', decimals: 3, spread: true },
      { key: 'byHand', title: 'by hand', decimals: 3, spread: true },
      { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
      { key: 'perMutation', title: 'µs/mutation', decimals: 1 },
    ],
    rows,
    notes: [
      'Savepoint: Replica.advance: undo, patch, digest, commit, and every mutator run again.',
      'by hand: ROLLBACK, one UPDATE in a transaction, BEGIN, and the statements of the mutators, prepared.',
      'The foreign change is about another row of the same table. Pending mutations are about rows all over the base, or 1,000 side by side.',
    ],
  }
}

async function measureOne(context: BenchContext, module: WaSqliteModule, base: BaseImage, layout: Layout, pending: number): Promise<Row> {
  const variants = { savepoint: replicaRebase(module, base, layout, pending), byHand: byHandRebase(module, base, layout, pending) }
  const rounds = byEffort(context, { smoke: 1, quick: 15, full: pending > 1000 ? 15 : 51 })
  const warmups = byEffort(context, { smoke: 0, quick: 5, full: pending > 100 ? 5 : 100 })
  const result = await alternate(
    { rounds, warmups },
    { savepoint: () => timed(variants.savepoint.prepare()), byHand: () => timed(variants.byHand.prepare()) },
  )
  for (const variant of Object.values(variants)) variant.close()
  return {
    ...statsCells('savepoint', result.of('savepoint')),
    ...statsCells('byHand', result.of('byHand')),
    ...statsCells('ratio', result.ratio('savepoint', 'byHand')),
    perMutation: (result.of('savepoint').median * 1000) / pending,
  }
}
