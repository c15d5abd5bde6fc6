import type { Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import { add, atServer, counts, leads, note, openTab, openTwo, statusOf, test, untilConnection, untilSettled } from './tab-test.ts'
import type { TestServer } from './test-server.ts'

/** The only token that the server takes. */
let valid: string

/** A server that has begun anew, so that whoever was connected has to say again who it is. */
async function expire(server: TestServer, next: string): Promise<void> {
  valid = next
  await server.stopSync()
  await server.startSync({ authorize: (request) => (tokenOf(request) === valid ? { identity: 'ada' } : null) })
}

function tokenOf({ url, headers }: Request): string | null {
  return headers.get('authorization')?.replace('Bearer ', '') ?? new URL(url, 'http://here').searchParams.get('token')
}

const signIn = (page: Page, token: string) => page.evaluate((value) => sessionStorage.setItem('token', value), token)
const start = (page: Page) => page.evaluate(() => globalThis.tab.client.start())
const asked = (page: Page) => page.evaluate(() => globalThis.tab.asked.count)

test('[G5] a session that has expired is refused in all tabs, and renewed in one of them: nothing is lost', async ({
  profile,
  openProfile,
  server,
}) => {
  await expire(server, 'monday')
  const [first, second] = await openTwo(profile, server, { token: 'monday' })
  await add(first, 'Food')
  await expire(server, 'tuesday')
  for (const tab of [first, second]) await untilConnection(tab, 'refused')
  expect(await statusOf(second)).toMatchObject({ refusal: { code: 'unauthorized', message: expect.stringContaining('pending is kept') } })
  await note(first, 'Food', 10)
  await note(second, 'Food', 100)
  expect(await statusOf(first)).toMatchObject({ connection: 'refused', pending: 2 })
  expect(await counts(first)).toEqual(['Food 111'])

  // Both are asked, and it is by chance which of them answers first: the app gives the same to all.
  for (const tab of [first, second]) await signIn(tab, 'tuesday')
  await start(second)
  for (const tab of [first, second]) await untilSettled(tab)
  expect(await statusOf(first)).toMatchObject({ connection: 'live', refusal: null })
  expect(await atServer(openProfile, server, { token: 'tuesday' })).toEqual(['Food 111'])
})

test('[G5] a session that has expired can be renewed after a reload, and by the app’s next start', async ({
  profile,
  openProfile,
  server,
}) => {
  await expire(server, 'tuesday')
  const page = await openTab(profile, server, { token: 'monday' })
  await untilConnection(page, 'refused')
  await note(page, 'Food')
  await page.close()
  const again = await openTab(profile, server, { token: 'tuesday' })
  await untilSettled(again)
  expect(await atServer(openProfile, server, { token: 'tuesday' })).toEqual(['Food 1'])
})

test('a leader that has no token to give asks the other tabs', async ({ profile, server }) => {
  await expire(server, 'monday')
  const leader = await openTab(profile, server)
  await untilConnection(leader, 'refused')
  const other = await openTab(profile, server, { token: 'monday' })
  expect([await leads(leader), await leads(other)]).toEqual([true, false])
  await untilSettled(other)
  expect(await add(leader, 'Food')).toMatchObject({ confirmed: { ok: true } })
})

test('a tab that is not signed in does not stand in the way of one that is', async ({ profile, server }) => {
  await expire(server, 'monday')
  const signedOut = await openTab(profile, server, { token: null })
  await untilConnection(signedOut, 'refused')
  const signedIn = await openTab(profile, server, { token: 'monday' })
  await untilSettled(signedIn)
  expect(await add(signedOut, 'Food')).toMatchObject({ confirmed: { ok: true } })
  expect(await asked(signedOut)).toBeGreaterThan(1)

  // The one that was signed in has gone, and the line with it.
  await signedIn.close()
  await expire(server, 'monday')
  await untilConnection(signedOut, 'refused')
  await signIn(signedOut, 'monday')
  await start(signedOut)
  await untilSettled(signedOut)
})

test('a leader that is closed while it is refused leaves a tab that is refused as well, and can be signed in', async ({
  profile,
  server,
}) => {
  await expire(server, 'tuesday')
  const [first, second] = await openTwo(profile, server, { token: 'monday' })
  await untilConnection(second, 'refused')
  await note(second, 'Food')
  await first.close()
  await expect.poll(() => leads(second)).toBe(true)
  await untilConnection(second, 'refused')
  await signIn(second, 'tuesday')
  await start(second)
  await untilSettled(second)
  expect(await counts(second)).toEqual(['Food 1'])
})
