import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import type { TestServer } from './test-server.ts'

/** Opens a tab of the app, with its client in hand. */
async function openTab(profile: BrowserContext, server: TestServer, room = 'room'): Promise<Page> {
  const page = await profile.newPage()
  await page.goto(`/tab.html?url=${encodeURIComponent(server.syncURL)}&room=${room}`)
  await page.waitForFunction(() => 'tab' in globalThis)
  return page
}

test('one tab: a mutation is seen at once, and confirmed', async ({ profile, server }) => {
  const page = await openTab(profile, server)
  const found = await page.evaluate(async () => {
    const { client } = globalThis.tab
    const live = client.live<{ name: string; count: number }>('SELECT name, count FROM Categories')
    const seen: unknown[] = []
    live.subscribe(() => seen.push(live.rows.map(({ name, count }) => `${name} ${count}`).join()))
    const handle = client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 2 })
    const rows = await client.query('SELECT name, count FROM Categories')
    return { rows, local: await handle.local, confirmed: await handle.confirmed, seen, storage: client.storage, live: live.rows }
  })
  expect(found).toMatchObject({
    rows: [{ name: 'Food', count: 2 }],
    local: { ok: true },
    confirmed: { ok: true },
    live: [{ name: 'Food', count: 2 }],
  })
})
