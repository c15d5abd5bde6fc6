import type { Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import { add, counts, leads, note, openTab, openTwo, statusOf, storageOf, test, untilSettled } from './tab-test.ts'

/** The process of a page ends at once, as when a browser discards a tab or runs out of memory. */
async function crash(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  const gone = page.waitForEvent('crash')
  // It does not live to answer.
  devTools.send('Page.crash').catch(() => {})
  await gone
}

async function setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Page.setWebLifecycleState', { state })
}

test('[G1] [G5] a tab whose process ends while it leads: another takes over, with all that was saved, and leads on when it is opened again', async ({
  profile,
  server,
}) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await server.stopSync()
  await note(first, 'Food', 10)
  await note(second, 'Food', 100)
  await crash(first)
  await expect.poll(() => leads(second)).toBe(true)
  await note(second, 'Food', 1000)
  await expect.poll(async () => (await storageOf(second)).kind).toBe('disk')
  await server.startSync()
  await untilSettled(second)
  expect(await counts(second)).toEqual(['Food 1111'])
  await first.close()
  const again = await openTab(profile, server)
  expect([await leads(again), await leads(second)]).toEqual([false, true])
  expect(await counts(again)).toEqual(['Food 1111'])
})

test('[G1] [G5] a tab that was frozen first, and then discarded: what it had saved arrives once', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await server.stopSync()
  await note(first, 'Food')
  await setLifecycle(first, 'frozen')
  await note(second, 'Food', 10)
  await crash(first)
  await note(second, 'Food', 100)
  await server.startSync()
  await expect.poll(() => leads(second)).toBe(true)
  await untilSettled(second)
  await expect.poll(async () => (await storageOf(second)).kind).toBe('disk')
  await untilSettled(second)
  await expect.poll(() => counts(second)).toEqual(['Food 111'])
})

test('[G1] a frozen tab that wakes goes on with what the others did meanwhile', async ({ profile, server }) => {
  const [first, second] = await openTwo(profile, server)
  await add(first, 'Food')
  await first.evaluate(() => globalThis.tab.watch())
  await setLifecycle(first, 'frozen')
  for (let i = 0; i < 5; i++) await add(second, 'Food', 10)
  await setLifecycle(first, 'active')
  await first.waitForFunction(() => globalThis.tab.seen.at(-1) === 'Food 51')
  expect(await add(first, 'Food', 100)).toMatchObject({ confirmed: { ok: true } })
  await expect.poll(() => counts(second)).toEqual(['Food 151'])
  expect(await statusOf(first)).toMatchObject({ connection: 'live', pending: 0 })
})
