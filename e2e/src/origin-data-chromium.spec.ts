import type { Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import {
  add,
  atServer,
  counts,
  note,
  openTab,
  openTwo,
  reload,
  statusOf,
  storageOf,
  test,
  untilConnection,
  untilSettled,
} from './tab-test.ts'
import type { TestServer } from './test-server.ts'

const ways: readonly (readonly [string, (page: Page, server: TestServer) => Promise<void>])[] = [
  [
    'by hand, in the browser’s settings',
    async (page, server) => {
      const devTools = await page.context().newCDPSession(page)
      await devTools.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'all' })
    },
  ],
  [
    'by the app’s own sign-out, with Clear-Site-Data',
    async (page, server) => {
      const signOut = await page.context().newPage()
      await signOut.goto(`${server.url}/sign-out`)
      await signOut.close()
    },
  ],
]

for (const [how, clear] of ways) {
  test(`[G5] an origin’s data are deleted under its open tabs ${how}: they are told, and what was pending arrives once`, async ({
    profile,
    openProfile,
    server,
  }) => {
    const [first, second] = await openTwo(profile, server)
    await add(first, 'Food')
    await server.stopSync()
    await note(first, 'Food', 10)
    await note(second, 'Food', 100)
    await clear(first, server)
    for (const tab of [first, second])
      await expect.poll(() => storageOf(tab)).toEqual({ kind: 'memory', why: expect.stringContaining('deleted') })
    expect(await statusOf(second)).toMatchObject({ pending: 2 })
    await note(second, 'Food', 1000)
    expect(await counts(second)).toEqual(['Food 1111'])
    await server.startSync()
    for (const tab of [first, second]) await untilSettled(tab)
    expect(await atServer(openProfile, server)).toEqual(['Food 1111'])

    // All was sent, so the files are begun anew.
    for (const tab of [first, second]) await expect.poll(() => storageOf(tab)).toEqual({ kind: 'disk' })
    await untilSettled(first)
    await server.stopSync()
    await note(first, 'Rent')
    for (const tab of [first, second]) await tab.close()
    const again = await openTab(profile, server)
    expect(await counts(again)).toEqual(['Food 1111', 'Rent 1'])
    await server.startSync()
    await untilSettled(again)
    expect(await atServer(openProfile, server)).toEqual(['Food 1111', 'Rent 1'])
  })
}

test('[G5] a quota that is used up: calls are not durable, and arrive all the same; with room again, all is saved', async ({
  profile,
  openProfile,
  server,
}) => {
  const page = await openTab(profile, server)
  await add(page, 'Food')
  const devTools = await profile.newCDPSession(page)
  await devTools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1 })
  await server.stopSync()
  const saved = page.evaluate(async () => {
    const name = (n: number) => `${n} ${'x'.repeat(10_000)}`
    const handles = Array.from({ length: 200 }, (_, n) =>
      globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: name(n), incrementBy: 1 }),
    )
    const results = await Promise.allSettled(handles.map(({ durable }) => durable))
    return results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code?: string }).code] : []))
  })
  expect(new Set(await saved)).toEqual(new Set(['SQLITE_FULL']))
  expect(await counts(page)).toHaveLength(201)
  await devTools.send('Storage.overrideQuotaForOrigin', { origin: server.url })
  // It is saved with the next that is, or a few seconds later.
  await note(page, 'Rent')
  await reload(page)
  expect(await counts(page)).toHaveLength(202)
  await server.startSync()
  await untilSettled(page)
  expect(await atServer(openProfile, server)).toEqual(await counts(page))
})

test('[G5] the replica’s file is damaged while no tab is open: it comes anew, and what is pending is kept', async ({
  profile,
  openProfile,
  server,
}) => {
  const other = await openTab(await openProfile(), server)
  for (let i = 0; i < 20; i++) await add(other, `Food ${i}`)
  const page = await openTab(profile, server)
  await untilSettled(page)
  await server.stopSync()
  await note(page, 'Rent')
  await page.goto(`${server.url}/blank.html`)
  const damaged = await page.evaluate(async () => {
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle('savepoint')
    let count = 0
    for await (const [, directory] of (all as unknown as { entries(): AsyncIterable<[string, FileSystemDirectoryHandle]> }).entries()) {
      for (const name of ['base-0.db', 'base-1.db', 'base-0.db-wal', 'base-1.db-wal']) {
        const file = await directory.getFileHandle(name)
        const { size } = await file.getFile()
        if (size === 0) continue
        const out = await file.createWritable()
        await out.write(new Uint8Array(size).fill(0xa5))
        await out.close()
        count++
      }
    }
    return count
  })
  expect(damaged).toBeGreaterThan(0)
  const again = await openTab(profile, server)
  expect(await counts(again)).toEqual(['Rent 1'])
  await untilConnection(again, 'offline')
  expect(await statusOf(again)).toMatchObject({ pending: 1, version: null })
  await server.startSync()
  await untilSettled(again)
  expect(await counts(again)).toHaveLength(21)
  expect(await storageOf(again)).toEqual({ kind: 'disk' })
  expect(await atServer(openProfile, server)).toEqual(await counts(again))
})
