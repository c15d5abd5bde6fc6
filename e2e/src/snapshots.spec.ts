import type { BrowserContext, Page } from '@playwright/test'
import { createClient } from '@savepoint/client/node'
import { TcpProxy } from '@savepoint-demo/simulations/tcp-proxy'
import { mutators, schema } from '../pages/tab-app.ts'
import { expect } from './fixtures.ts'
import { add, counts, note, openTab, openTwo, reload, statusOf, storageOf, test, untilConnection, untilSettled } from './tab-test.ts'
import type { TestServer } from './test-server.ts'

/** A room of about 20 MB; with `SAVEPOINT_ROOM_ROWS=1000000 SAVEPOINT_ROW_BYTES=90` it has about 100. */
const ROWS = Number(process.env.SAVEPOINT_ROOM_ROWS ?? 20_000)
const ROW_BYTES = Number(process.env.SAVEPOINT_ROW_BYTES ?? 1000)
const ROWS_AT_ONCE = Math.min(20_000, Math.floor(2_000_000 / ROW_BYTES))
const COUNT = "SELECT count(*) || '' AS text FROM Things"

const MB = 1_000_000

async function fillRoom(server: TestServer): Promise<void> {
  const client = await createClient({ schema, mutators, url: server.syncURL, room: 'room' })
  for (let from = 1; from <= ROWS; from += ROWS_AT_ONCE) {
    const filled = client.mutate.fill({ from, to: Math.min(ROWS, from + ROWS_AT_ONCE - 1), bytes: ROW_BYTES })
    await filled.confirmed.unwrap()
  }
  await client.close()
}

/** Opens a tab behind a line whose downloads the test holds in its hands, and notes how each request for a snapshot was answered. */
async function openBehind(proxy: TcpProxy, profile: BrowserContext, server: TestServer) {
  const answers: number[] = []
  profile.on('response', (response) => {
    if (response.url().endsWith('/snapshot') && response.request().method() === 'GET') answers.push(response.status())
  })
  const page = await openTab(profile, server, { url: proxy.url })
  await watch(page)
  return { page, answers }
}

const watch = (page: Page) => page.evaluate((sql) => globalThis.tab.watch(sql), COUNT)

/** The page has seen nothing of the room, or all of it. */
async function expectNeverHalf(page: Page): Promise<void> {
  await page.waitForFunction((rows) => globalThis.tab.seen.at(-1) === rows, String(ROWS))
  const seen = await page.evaluate(() => globalThis.tab.seen)
  expect(new Set([...seen, '0'])).toEqual(new Set(['0', String(ROWS)]))
}

/** Waits until so much has come for good, and is not the whole. */
async function untilDownloaded(page: Page, bytes: number): Promise<void> {
  await page.waitForFunction((least) => (globalThis.tab.client.status.download?.bytes ?? 0) >= least, bytes)
}

test('[G5] [G7] a snapshot whose line breaks off goes on where it was, and is never seen half', async ({ profile, server }) => {
  test.setTimeout(600_000)
  await fillRoom(server)
  const proxy = await TcpProxy.open(Number(new URL(server.syncURL).port))
  // Compressed, the first time: then the rest comes as it is.
  proxy.fateOf = (kind, count) => (kind === 'snapshot' && count <= 2 ? { cutDownAt: 6 * MB } : {})
  const { page, answers } = await openBehind(proxy, profile, server)
  await note(page, 'Food')
  await untilSettled(page)
  await expectNeverHalf(page)
  expect(await storageOf(page)).toEqual({ kind: 'disk' })
  expect(answers[0]).toBe(200)
  expect(answers.length).toBeGreaterThan(1)
  expect(new Set(answers.slice(1))).toEqual(new Set([206]))
  expect(await counts(page)).toEqual(['Food 1'])
  await proxy.close()
})

test('[G5] [G7] a page that is reloaded in the middle of a snapshot goes on where it was, with what was pending', async ({
  profile,
  server,
}) => {
  test.setTimeout(600_000)
  await fillRoom(server)
  const proxy = await TcpProxy.open(Number(new URL(server.syncURL).port))
  proxy.fateOf = (kind) => (kind === 'snapshot' ? { holdDownAt: 8 * MB } : {})
  const { page, answers } = await openBehind(proxy, profile, server)
  await note(page, 'Food')
  for (let turn = 0; turn < 2; turn++) {
    await untilDownloaded(page, (turn + 1) * 5 * MB)
    expect(await statusOf(page)).toMatchObject({ connection: 'catching-up', pending: 1, version: null })
    expect(await page.evaluate(() => globalThis.tab.seen.at(-1))).toBe('0')
    await reload(page)
    await watch(page)
    expect(await counts(page)).toEqual(['Food 1'])
  }
  proxy.fateOf = () => ({})
  proxy.cut()
  await untilSettled(page)
  await expectNeverHalf(page)
  expect(answers[0]).toBe(200)
  expect(answers.length).toBeGreaterThan(1)
  expect(new Set(answers.slice(1))).toEqual(new Set([206]))
  expect(await counts(page)).toEqual(['Food 1'])
  await proxy.close()
})

test('[G5] [G7] a room that is large is there for all tabs at once, offline too, and goes over to the next leader', async ({
  profile,
  openProfile,
  server,
}) => {
  test.setTimeout(600_000)
  await fillRoom(server)
  const started = Date.now()
  const [first, second] = await openTwo(profile, server)
  for (const tab of [first, second]) await watch(tab)
  await untilSettled(first)
  for (const tab of [first, second]) await expectNeverHalf(tab)
  console.log(`${ROWS} rows of ${ROW_BYTES} bytes: all there after ${((Date.now() - started) / 1000).toFixed(1)} s`)
  const other = await openTab(await openProfile(), server)
  await add(other, 'Food')
  await expect.poll(() => counts(second)).toEqual(['Food 1'])
  await server.stopSync()
  await first.close()
  await untilConnection(second, 'offline')
  await note(second, 'Food', 10)
  await reload(second)
  await watch(second)
  await expectNeverHalf(second)
  expect(await counts(second)).toEqual(['Food 11'])
  await server.startSync()
  await untilSettled(second)
  await expect.poll(() => counts(other)).toEqual(['Food 11'])
})
