import { newerSchema } from '../pages/tab-app.ts'
import { expect } from './fixtures.ts'
import { add, atServer, counts, note, openTab, reload, statusOf, test, untilConnection, untilSettled } from './tab-test.ts'

test('[G5] a page that is older than the server is told so, keeps what is pending, and goes on once it is reloaded with the new code', async ({
  profile,
  openProfile,
  server,
}) => {
  await server.stopSync()
  await server.startSync({ schema: newerSchema })
  const page = await openTab(profile, server)
  await note(page, 'Food')
  await untilConnection(page, 'refused')
  expect(await statusOf(page)).toMatchObject({ pending: 1, refusal: { code: 'schema-mismatch' } })
  expect((await statusOf(page)).refusal?.message).toMatch(/"tabs" version 1 .*"tabs" version 2/)
  expect(await counts(page)).toEqual(['Food 1'])
  await page.close()

  const updated = await openTab(profile, server, { worker: 'newer' })
  await untilSettled(updated)
  expect(await atServer(openProfile, server, { worker: 'newer' })).toEqual(['Food 1'])
})

test('[G5] a page that is newer than the server is told so, keeps what is pending, and goes on once it is taken back', async ({
  profile,
  openProfile,
  server,
}) => {
  const before = await openTab(profile, server)
  await add(before, 'Food')
  await before.close()
  const page = await openTab(profile, server, { worker: 'newer' })
  await note(page, 'Food', 10)
  await untilConnection(page, 'refused')
  expect((await statusOf(page)).refusal?.message).toMatch(/"tabs" version 2 .*"tabs" version 1/)
  await reload(page)
  expect(await statusOf(page)).toMatchObject({ pending: 1 })
  await page.close()

  const back = await openTab(profile, server)
  await untilSettled(back)
  expect(await atServer(openProfile, server)).toEqual(['Food 11'])
})

test('[G6] a mutator that throws on replay takes back its own guess alone, and the server decides', async ({
  profile,
  openProfile,
  server,
}) => {
  const [page, other] = [await openTab(profile, server), await openTab(await openProfile(), server)]
  await add(page, 'Food')
  await page.evaluate(() => globalThis.tab.client.stop())
  await add(other, 'Food', 10)
  await page.evaluate(() => globalThis.tab.watch())
  const outcomes = page.evaluate(async () => {
    const { mutate } = globalThis.tab.client
    const handles = [
      mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 100 }),
      mutate.createOnce({ name: 'Once' }),
      mutate.createCategoryOrIncrementIfExists({ name: 'Rent', incrementBy: 1 }),
    ]
    const local = await Promise.all(handles.map((handle) => handle.local))
    globalThis.tab.client.start()
    return { local, confirmed: await Promise.all(handles.map((handle) => handle.confirmed)) }
  })
  const ok = { ok: true }
  expect(await outcomes).toMatchObject({ local: [ok, ok, ok], confirmed: [ok, { ok: true, diverged: true }, ok] })
  for (const tab of [page, other]) await expect.poll(() => counts(tab)).toEqual(['Food 111', 'Once 1', 'Rent 1'])
  // Its guess was shown, was taken back when it could not be replayed, and came with the server's word.
  const seen = await page.evaluate(() => globalThis.tab.seen)
  expect(seen).toContain('Food 101,Once 1,Rent 1')
  expect(seen.at(-1)).toBe('Food 111,Once 1,Rent 1')
})

test('[G5] [G6] one that throws on the replay after a reload is sent all the same, and what comes after it is kept', async ({
  profile,
  openProfile,
  server,
}) => {
  const page = await openTab(profile, server)
  await add(page, 'Food')
  await server.stopSync()
  await page.evaluate(() => globalThis.tab.client.mutate.createOnce({ name: 'Once' }).durable)
  await note(page, 'Rent')
  await reload(page)
  await expect.poll(() => counts(page)).toEqual(['Food 1', 'Rent 1'])
  expect(await statusOf(page)).toMatchObject({ pending: 2 })
  await server.startSync()
  await untilSettled(page)
  expect(await counts(page)).toEqual(['Food 1', 'Once 1', 'Rent 1'])
  expect(await atServer(openProfile, server)).toEqual(['Food 1', 'Once 1', 'Rent 1'])
})
