import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import { add, counts, note, openTab, reload, statusOf, test, untilConnection, untilSettled } from './tab-test.ts'

const SCRIPT = '/server-worker.js'

/** A tab with a replica of its own, whose server is the service worker. */
const openOn = (profile: BrowserContext, server: Parameters<typeof openTab>[1], name: string, script = SCRIPT) =>
  openTab(profile, server, { script, name, transport: 'http' })

/** Tells one run of the service worker from another. */
const runOf = (page: Page) => page.evaluate(async () => await (await fetch('/run')).text())

/** Ends the service worker, as the browser does with one that has been idle for a while. */
async function stopWorker(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('ServiceWorker.enable')
  await devTools.send('ServiceWorker.stopAllWorkers')
  await devTools.detach()
}

/** Of the last copy of the room's database that its log was given. */
const savedVersion = (page: Page) =>
  page.evaluate(async () => {
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result)
      })
    const database = await result(indexedDB.open('savepoint-server'))
    const saved = await result<{ version: number } | undefined>(database.transaction('snapshots').objectStore('snapshots').get('room'))
    database.close()
    return saved?.version
  })

test.beforeEach(async ({ server }) => {
  // Whatever is answered, no server answers it.
  await server.stopSync()
})

test('two replicas converge through the service worker, one of which found by itself that there is no WebSocket', async ({
  profile,
  server,
}) => {
  const one = await openOn(profile, server, 'one')
  const two = await openTab(profile, server, { script: SCRIPT, name: 'two' })
  expect(await add(one, 'Food')).toMatchObject({ confirmed: { ok: true } })
  expect(await add(two, 'Rent', 2)).toMatchObject({ confirmed: { ok: true } })
  for (const page of [one, two]) await expect.poll(() => counts(page)).toEqual(['Food 1', 'Rent 2'])
  expect([(await statusOf(one)).transport, (await statusOf(two)).transport]).toEqual(['http', 'http'])
  expect((await one.request.get(`${server.url}/savepoint/rooms/room/snapshot`)).status()).toBe(404)
})

test('[G1] [G4] stopped again and again in the middle of things, it loses nothing, does nothing twice, and wakes up by itself', async ({
  profile,
  server,
}) => {
  const [one, two] = [await openOn(profile, server, 'one'), await openOn(profile, server, 'two')]
  const runs = new Set<string>()
  const calls = (page: Page, count: number) =>
    page.evaluate(async (times) => {
      const { mutate } = globalThis.tab.client
      const handles = Array.from({ length: times }, () => mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 1 }))
      return (await Promise.all(handles.map(({ confirmed }) => confirmed))).filter(({ ok }) => ok).length
    }, count)
  const STOPS = 8
  for (let i = 0; i < STOPS; i++) {
    const confirmed = Promise.all([calls(one, 50), calls(two, 50)])
    await stopWorker(one)
    for (const page of [one, two]) await untilSettled(page)
    expect(await confirmed).toEqual([50, 50])
    runs.add(await runOf(one))
  }
  expect(runs.size).toBe(STOPS)
  for (const page of [one, two]) await expect.poll(() => counts(page)).toEqual([`Food ${100 * STOPS}`])
  const newcomer = await openOn(profile, server, 'newcomer')
  await untilSettled(newcomer)
  expect(await counts(newcomer)).toEqual([`Food ${100 * STOPS}`])
})

test('[G4] what was acknowledged is there when the browser is opened again, be it in the log or in a snapshot', async ({
  openProfile,
  server,
}) => {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-worker-'))
  const profile = await openProfile(directory)
  const page = await openOn(profile, server, 'one')
  await add(page, 'Food', 7)
  await expect.poll(() => savedVersion(page)).toBe(1)
  await page.evaluate(() => globalThis.tab.client.mutate.fill({ from: 1, to: 3000, bytes: 400 }).confirmed)
  await expect.poll(() => savedVersion(page)).toBe(2)
  await add(page, 'Rent')
  await profile.close()
  const again = await openOn(await openProfile(directory), server, 'another')
  await untilSettled(again)
  expect(await counts(again)).toEqual(['Food 7', 'Rent 1'])
  expect(await again.evaluate(() => globalThis.tab.client.query('SELECT count(*) AS things FROM Things'))).toEqual([{ things: 3000 }])
  await again.context().close()
  rmSync(directory, { recursive: true, force: true })
})

test('[G1] a new version takes over from the old one while that is in use: lines come over, and nothing is lost', async ({
  profile,
  server,
}) => {
  const old = await openOn(profile, server, 'old')
  await add(old, 'Food')
  const before = await runOf(old)
  const calls = old.evaluate(async () => {
    const { mutate } = globalThis.tab.client
    const outcomes = []
    for (let i = 0; i < 100; i++) outcomes.push(await mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 1 }).confirmed)
    return outcomes.filter(({ ok }) => ok).length
  })
  const fresh = await openOn(profile, server, 'fresh', `${SCRIPT}?2`)
  expect(await calls).toBe(100)
  await expect.poll(() => runOf(old)).not.toBe(before)
  await add(fresh, 'Rent')
  for (const page of [old, fresh]) await expect.poll(() => counts(page)).toEqual(['Food 101', 'Rent 1'])
})

test('[G5] a page goes on from what is pending when it is loaded again, and the service worker from what it has', async ({
  profile,
  server,
}) => {
  const page = await openOn(profile, server, 'one')
  await add(page, 'Food')
  await page.evaluate(() => globalThis.tab.client.stop())
  await note(page, 'Rent')
  await stopWorker(page)
  await reload(page)
  await untilSettled(page)
  expect(await counts(page)).toEqual(['Food 1', 'Rent 1'])
})

test('[G5] data of the origin that are deleted under it make the room anew, and clients go on', async ({ profile, server }) => {
  const page = await openTab(profile, server, { script: SCRIPT, name: 'one', transport: 'http', storage: 'memory' })
  await add(page, 'Food')
  await page.evaluate(async () => {
    const deleted = indexedDB.deleteDatabase('savepoint-server')
    await new Promise((resolve) => {
      deleted.onsuccess = resolve
    })
  })
  await note(page, 'Rent')
  await expect.poll(() => counts(page)).toEqual(['Rent 1'])
  await untilConnection(page, 'live')
})

test('figures', async ({ profile, server }) => {
  const page = await openOn(profile, server, 'one')
  /** Milliseconds of calls one after the other, each from the call until it is confirmed. */
  const confirmations = (count: number) =>
    page.evaluate(async (times) => {
      const took = []
      for (let i = 0; i < times; i++) {
        const began = performance.now()
        await globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 1 }).confirmed
        took.push(performance.now() - began)
      }
      return took.sort((a, b) => a - b)
    }, count)
  const took = await confirmations(200)
  const woken = []
  for (let i = 0; i < 5; i++) {
    await stopWorker(page)
    woken.push(
      await page.evaluate(async () => {
        const began = performance.now()
        await fetch('/savepoint/rooms/room/changes?since=0')
        return performance.now() - began
      }),
    )
  }
  const at = (times: number[], share: number) => times[Math.floor(times.length * share)]?.toFixed(1)
  woken.sort((a, b) => a - b)
  console.log(`confirmed p50/p99 ${at(took, 0.5)}/${at(took, 0.99)} ms; first answer after a stop, p50 ${at(woken, 0.5)} ms`)
  expect(await counts(page)).toEqual(['Food 200'])
})
