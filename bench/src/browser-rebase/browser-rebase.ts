import type { Page } from '@playwright/test'
import { createClient } from '@savepoint/client/node'
import type { RebaseRoom, RebaseTimes } from '../../pages/rebase.ts'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { withChromium } from '../browser/chromium.ts'
import { LONG_TASK_COLUMNS, longTaskCells } from '../browser/long-task-cells.ts'
import { untilLive } from '../clients/until-live.ts'
import { alternate } from '../measure/alternate.ts'
import { withServer } from '../processes/with-server.ts'
import { NOTE } from '../rebase/base-image.ts'
import { statsCells, type Table } from '../report/table.ts'

/** Below the server's limit of rows for one mutation. */
const ROWS_A_MUTATION = 5000

/** What a foreign change costs an app in a browser: until the screen could be drawn anew. */
export const browserRebase: Bench = {
  name: 'browser-rebase',
  summary: 'one foreign change below N pending mutations, in Chromium on OPFS, until a live query of the page shows it',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const rows = byEffort(context, { smoke: 2000, quick: 50_000, full: 50_000 })
  return await withServer(context, 'counters', ({ url }) => measureRoom(context, { url, room: 'bench', rows, note: NOTE }))
}

async function measureRoom(context: BenchContext, room: RebaseRoom): Promise<Table> {
  const { rows } = room
  const foreigner = await createClient({ schema: countersSchema, mutators: countersMutators, url: room.url, room: room.room })
  try {
    await untilLive(foreigner)
    for (let from = 1; from <= rows; from += ROWS_A_MUTATION)
      await foreigner.mutate.fill({ from, to: Math.min(rows, from + ROWS_A_MUTATION - 1), note: NOTE }).confirmed.unwrap()
    return await withChromium(context, async (pages) => {
      const page = await pages.open('rebase')
      await page.exposeFunction('changeForeign', async () => {
        await foreigner.mutate.add({ name: `counter-${rows}`, by: 1 }).confirmed.unwrap()
      })
      const storage = await page.evaluate(async (of) => {
        globalThis.rebase = await globalThis.openRebase(of)
        return globalThis.rebase.storage
      }, room)
      const found: Table['rows'][number][] = []
      for (const pending of byEffort(context, { smoke: [10], quick: [1, 1000], full: [1, 10, 100, 1000] })) {
        context.progress(`${pending} pending`)
        found.push({ storage, pending, ...(await measureOne(context, page, rows, pending)) })
      }
      return tableOf(found, rows, pages.version)
    })
  } finally {
    await foreigner.close()
  }
}

async function measureOne(context: BenchContext, page: Page, rows: number, pending: number): Promise<Table['rows'][number]> {
  const names = Array.from({ length: pending }, (_, i) => `counter-${1 + ((i * 7919) % (rows - 1))}`)
  const longTasks: number[] = []
  const savepoint = async () => {
    const times: RebaseTimes = await page.evaluate((of) => globalThis.rebase.savepoint(of, globalThis.changeForeign), names)
    longTasks.push(...times.longTasks)
    return times.ms
  }
  const byHand = () => page.evaluate((of) => globalThis.rebase.byHand(of), names)
  const rounds = byEffort(context, { smoke: 1, quick: 15, full: 51 })
  const warmups = byEffort(context, { smoke: 0, quick: 3, full: 10 })
  const result = await alternate({ rounds, warmups }, { savepoint, byHand })
  return {
    ...statsCells('savepoint', result.of('savepoint')),
    ...statsCells('byHand', result.of('byHand')),
    ...statsCells('ratio', result.ratio('savepoint', 'byHand')),
    ...longTaskCells(longTasks),
  }
}

function tableOf(found: Table['rows'], rows: number, version: string): Table {
  return {
    key: 'browserRebase',
    title: `Milliseconds until a page shows one foreign change, with N mutations pending (Chromium ${version}, ${rows.toLocaleString('en-US')} rows)`,
    columns: [
      { key: 'storage', title: 'storage' },
      { key: 'pending', title: 'pending' },
      { key: 'savepoint', title: 'Savepoint', decimals: 2, spread: true },
      { key: 'byHand', title: 'by hand', decimals: 2, spread: true },
      { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
      ...LONG_TASK_COLUMNS,
    ],
    rows: found,
    notes: [
      'Savepoint: from the server’s message in the worker to the listener of a live query of 100 rows on the page. Pushes are held back meanwhile.',
      'by hand: ROLLBACK, one change in a transaction, the statements of the mutators anew, the query, and its rows to the page; in a worker, on OPFS too.',
      'disk: the origin’s private file system, in a profile on disk. Pending mutations are about rows all over the base.',
      'long tasks: times that the page’s main thread was blocked for 50 ms and more, from the calls to the last outcome, in all rounds.',
    ],
  }
}
