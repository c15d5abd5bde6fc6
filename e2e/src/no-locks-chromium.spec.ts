import type { BrowserContext } from '@playwright/test'
import { expect } from './fixtures.ts'
import { add, counts, openTwo, reload, storageOf, tabAddress, test, untilSettled } from './tab-test.ts'
import type { TestServer } from './test-server.ts'

/** The same pages at an address that browsers do not trust, as it is neither https nor this machine by name. */
async function plain(openProfile: (directory?: string, args?: readonly string[]) => Promise<BrowserContext>, server: TestServer) {
  const profile = await openProfile(undefined, ['--host-resolver-rules=MAP app.example 127.0.0.1'])
  const there = { url: server.url.replace('localhost', 'app.example'), syncURL: server.syncURL.replace('localhost', 'app.example') }
  await server.stopSync()
  await server.startSync({ origins: [there.url] })
  return { profile, there: there as TestServer }
}

test('a page without Web Locks has a replica of its own in each tab, says why, and is in step with the others by the server', async ({
  openProfile,
  server,
}) => {
  const { profile, there } = await plain(openProfile, server)
  const [first, second] = await openTwo(profile, there)
  expect(await first.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([false, false])
  for (const tab of [first, second]) expect(await storageOf(tab)).toEqual({ kind: 'memory', why: expect.stringContaining('no Web Locks') })
  expect(await add(first, 'Food')).toMatchObject({ confirmed: { ok: true } })
  expect(await add(second, 'Food', 10)).toMatchObject({ confirmed: { ok: true } })
  for (const tab of [first, second]) await expect.poll(() => counts(tab)).toEqual(['Food 11'])
  await first.close()
  await untilSettled(second)
  await reload(second)
  await expect.poll(() => counts(second)).toEqual(['Food 11'])
})

test('an app that requires a disk is told why it cannot have one', async ({ openProfile, server }) => {
  const { profile, there } = await plain(openProfile, server)
  const page = await profile.newPage()
  const thrown = page.waitForEvent('pageerror')
  await page.goto(tabAddress(there, { storage: 'disk' }))
  expect((await thrown).message).toMatch(/no Web Locks.* "disk" is required, so nothing was opened/)
})
