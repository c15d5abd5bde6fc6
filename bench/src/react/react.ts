import type { ListChange } from '../../pages/list.tsx'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { fillRoom } from '../bootstrap/fill-room.ts'
import { withChromium } from '../browser/chromium.ts'
import { LONG_TASK_COLUMNS, longTaskCells } from '../browser/long-task-cells.ts'
import { statsOf } from '../measure/stats.ts'
import { withServer } from '../processes/with-server.ts'
import { statsCells, type Table } from '../report/table.ts'

const ROWS = 10_000

/** What React does when one row of many changes. */
export const react: Bench = {
  name: 'react',
  summary: 'one row of a list of 10,000 changes: how many rows render, and how long until the document shows it',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  return await withServer(context, 'rows', async ({ url }) => {
    await fillRoom(url, 'bench', ROWS)
    return await withChromium(context, async (pages) => {
      const page = await pages.open('list', { url, room: 'bench' })
      const rows: Table['rows'][number][] = []
      for (const whose of ['savepoint', 'own'] as const) {
        context.progress(whose === 'savepoint' ? 'useQuery' : 'useState')
        await page.evaluate((of) => globalThis.list.show(of), whose)
        const changes: ListChange[] = []
        const warmups = byEffort(context, { smoke: 0, quick: 2, full: 5 })
        for (let i = -warmups; i < byEffort(context, { smoke: 2, quick: 15, full: 51 }); i++) {
          const id = 1 + (((i + warmups) * 7919) % ROWS)
          const change = await page.evaluate(([of, changed]) => globalThis.list.change(of, changed), [whose, id] as const)
          if (i >= 0) changes.push(change)
        }
        rows.push({
          state: whose === 'savepoint' ? 'useQuery' : 'useState',
          ...statsCells('rowRenders', statsOf(changes.map(({ rowRenders }) => rowRenders))),
          ...statsCells('listRenders', statsOf(changes.map(({ listRenders }) => listRenders))),
          ...statsCells('ms', statsOf(changes.map(({ ms }) => ms))),
          ...longTaskCells(changes.flatMap(({ longTasks }) => longTasks)),
        })
      }
      return tableOf(rows, pages.version)
    })
  })
}

function tableOf(rows: Table['rows'], version: string): Table {
  return {
    key: 'react',
    title: `One row of a list of ${ROWS.toLocaleString('en-US')} changes (Chromium ${version})`,
    columns: [
      { key: 'state', title: 'state' },
      { key: 'rowRenders', title: 'rows rendered', spread: true },
      { key: 'listRenders', title: 'list rendered', spread: true },
      { key: 'ms', title: 'ms', decimals: 1, spread: true },
      ...LONG_TASK_COLUMNS,
    ],
    rows,
    notes: [
      'useQuery: from the call of a mutator to the change of the document; the replica is in a worker, on OPFS, and connected.',
      'useState: the same components on an array of React’s own, in which one element is replaced.',
      'rendered: from the call until the server has confirmed it.',
    ],
  }
}
