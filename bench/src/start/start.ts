import type { Page } from '@playwright/test'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { fillRoom } from '../bootstrap/fill-room.ts'
import { type ChromiumPages, withChromium } from '../browser/chromium.ts'
import { LONG_TASK_COLUMNS, longTaskCells } from '../browser/long-task-cells.ts'
import { untilReady } from '../browser/profile.ts'
import { alternate } from '../measure/alternate.ts'
import { statsOf } from '../measure/stats.ts'
import { withServer } from '../processes/with-server.ts'
import { statsCells, type Table } from '../report/table.ts'

const FIRST_QUERY = 'SELECT * FROM things ORDER BY id DESC LIMIT 50'
const ROOM = 'bench'

/** What someone waits for who opens an app again, and for the first time. */
export const start: Bench = {
  name: 'start',
  summary: 'reload with rows in OPFS until the first query answers; a first load, and how long it blocks the page',
  run: measure,
}

async function measure(context: BenchContext): Promise<readonly Table[]> {
  const rows = byEffort(context, { smoke: 1000, quick: 50_000, full: 50_000 })
  return await withServer(context, 'rows', async ({ url }) => {
    await fillRoom(url, ROOM, rows)
    return await withChromium(context, async (pages) => [
      await measureReload(context, pages, url, rows),
      await measureBootstrap(context, pages, url, rows),
    ])
  })
}

async function measureReload(context: BenchContext, pages: ChromiumPages, url: string, rows: number): Promise<Table> {
  context.progress('reload')
  const savepoint = await pages.open('start', { url, room: ROOM, name: 'reload', sql: FIRST_QUERY })
  await savepoint.evaluate(() => globalThis.whenLive())
  const file = await pages.open('floor', { rows: String(rows), sql: FIRST_QUERY })
  const engine = await pages.open('floor')
  let storage = ''
  const reloadSavepoint = async () => {
    await reload(savepoint)
    const found = await savepoint.evaluate(() => globalThis.start)
    storage = found.storage
    if (found.rows !== 50) throw new Error(`The first query has ${found.rows} rows.`)
    return found.ms
  }
  const reloadFloor = (page: Page) => async () => {
    await reload(page)
    return await page.evaluate(() => globalThis.floor)
  }
  const rounds = byEffort(context, { smoke: 1, quick: 7, full: 31 })
  const warmups = byEffort(context, { smoke: 0, quick: 1, full: 3 })
  const variants = { savepoint: reloadSavepoint, file: reloadFloor(file), engine: reloadFloor(engine) }
  const result = await alternate({ rounds, warmups }, variants)
  for (const page of [savepoint, file, engine]) await page.close()
  return {
    key: 'start',
    title: `Milliseconds from a reload to the first query's rows, ${rows.toLocaleString('en-US')} rows kept (Chromium ${pages.version})`,
    columns: [
      { key: 'storage', title: 'storage' },
      { key: 'savepoint', title: 'Savepoint', decimals: 0, spread: true },
      { key: 'file', title: 'by hand', decimals: 0, spread: true },
      { key: 'engine', title: 'engine alone', decimals: 0, spread: true },
      { key: 'ratio', title: 'ratio', decimals: 2, spread: true },
      { key: 'toEngine', title: 'to engine', decimals: 2, spread: true },
    ],
    rows: [
      {
        storage,
        ...statsCells('savepoint', result.of('savepoint')),
        ...statsCells('file', result.of('file')),
        ...statsCells('engine', result.of('engine')),
        ...statsCells('ratio', result.ratio('savepoint', 'file')),
        ...statsCells('toEngine', result.ratio('savepoint', 'engine')),
      },
    ],
    notes: [
      'From the start of the navigation: the page, its code, the worker, the wasm, the files, and a query of 50 rows by key.',
      'by hand: a page whose worker opens the same rows in the same kind of files, with nothing around them. engine alone: one whose worker has wa-sqlite instantiated.',
      'disk: the origin’s private file system, in a profile on disk. The worker before lets go of its files as the page is left: that is part of it, on both sides.',
    ],
  }
}

async function measureBootstrap(context: BenchContext, pages: ChromiumPages, url: string, rows: number): Promise<Table> {
  const found: Table['rows'][number][] = []
  for (const shown of [100, rows]) {
    context.progress(`a first load that shows ${shown} rows`)
    const times: number[] = []
    const longTasks: number[] = []
    for (let round = 0; round < byEffort(context, { smoke: 1, quick: 3, full: 11 }); round++) {
      const page = await pages.open('start', { url, room: ROOM, name: `first-${shown}-${round}`, sql: 'SELECT 1' })
      const bootstrap = await page.evaluate((count) => globalThis.bootstrap(count), shown)
      times.push(bootstrap.ms)
      longTasks.push(...bootstrap.longTasks)
      await page.close()
    }
    found.push({ rows, shown, ...statsCells('ms', statsOf(times)), ...longTaskCells(longTasks) })
  }
  return {
    key: 'firstLoad',
    title: 'A first load, from the start of the navigation until the view has its rows',
    columns: [
      { key: 'rows', title: 'rows' },
      { key: 'shown', title: 'shown' },
      { key: 'ms', title: 'ms', decimals: 0, spread: true },
      ...LONG_TASK_COLUMNS,
    ],
    rows: found,
    notes: [
      'shown: rows of one live query of the page. All of them cross from the worker to the page in slices, and are shown at once.',
      'long tasks: times that the page’s main thread was blocked for 50 ms and more, since the start of the navigation, in all rounds.',
    ],
  }
}

async function reload(page: Page): Promise<void> {
  await untilReady(page, () => page.reload())
}
