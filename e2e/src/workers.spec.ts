import { expect } from './fixtures.ts'
import { add, atServer, counts, leads, note, openTab, openTwo, statusOf, storageOf, tabAddress, test, untilSettled } from './tab-test.ts'

test('a worker that does not start is tried three times, and createClient says so', async ({ profile, server }) => {
  const page = await profile.newPage()
  const started: string[] = []
  page.on('worker', (worker) => started.push(worker.url()))
  const thrown = page.waitForEvent('pageerror')
  await page.goto(tabAddress(server, { worker: 'broken' }))
  expect((await thrown).message).toMatch(/The replica's worker does not run: .*told to be broken.* started 3 times; start\(\) tries again/)
  await expect.poll(() => started.length).toBe(3)
})

test('[G5] a worker that dies and does not come back: the page is told, nothing that was saved is lost, and start() tries again', async ({
  profile,
  openProfile,
  server,
}) => {
  const page = await openTab(profile, server)
  await add(page, 'Food')
  await server.stopSync()
  await note(page, 'Food', 10)
  await page.evaluate(() => {
    sessionStorage.setItem('worker', 'broken')
    globalThis.tab.workers.at(-1)?.terminate()
  })
  await expect.poll(async () => (await storageOf(page)).why).toMatch(/started 3 times; start\(\) tries again/)
  expect(await statusOf(page)).toMatchObject({ connection: 'stopped' })
  expect(await page.evaluate(() => globalThis.tab.events.filter((event) => event.startsWith('failed')))).toHaveLength(1)
  expect(await add(page, 'Rent')).toMatchObject({ local: { ok: false, code: 'storage' }, confirmed: { ok: false, code: 'storage' } })
  await expect(counts(page)).rejects.toThrow('started 3 times')

  await server.startSync()
  await page.evaluate(() => sessionStorage.removeItem('worker'))
  await untilSettled(page)
  expect(await storageOf(page)).toEqual({ kind: 'disk' })
  expect(await counts(page)).toEqual(['Food 11'])
  expect(await atServer(openProfile, server)).toEqual(['Food 11'])
})

test('a worker that dies once is started again, and nobody has to know', async ({ profile, server }) => {
  const page = await openTab(profile, server)
  await add(page, 'Food')
  await page.evaluate(() => globalThis.tab.watch())
  for (let i = 0; i < 4; i++) {
    await page.evaluate(() => globalThis.tab.workers.at(-1)?.terminate())
    expect(await add(page, 'Food')).toMatchObject({ confirmed: { ok: true } })
  }
  expect(await page.evaluate(() => globalThis.tab.workers.length)).toBe(5)
  await page.waitForFunction(() => globalThis.tab.seen.at(-1) === 'Food 5')
  expect(await page.evaluate(() => globalThis.tab.events.filter((event) => event.startsWith('failed')))).toEqual([])
})

test('[G5] the leader’s worker dies for good: another tab leads, and has what was saved', async ({ profile, openProfile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await server.stopSync()
  await note(first, 'Food', 10)
  await first.evaluate(() => {
    sessionStorage.setItem('worker', 'broken')
    globalThis.tab.workers.at(-1)?.terminate()
  })
  await expect.poll(() => leads(second)).toBe(true)
  await expect.poll(async () => (await statusOf(first)).connection).toBe('stopped')
  await server.startSync()
  await untilSettled(second)
  expect(await counts(second)).toEqual(['Food 11'])
  expect(await atServer(openProfile, server)).toEqual(['Food 11'])
})
