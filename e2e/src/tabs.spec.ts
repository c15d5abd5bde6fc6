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

/** Adds to a category in this tab, and waits until the server has it. */
function add(page: Page, name: string, incrementBy = 1) {
  return page.evaluate(
    async (args) => {
      const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists(args)
      return { local: await handle.local, confirmed: await handle.confirmed }
    },
    { name, incrementBy },
  )
}

function counts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const rows = await globalThis.tab.client.query<{ name: string; count: number }>('SELECT name, count FROM Categories ORDER BY name')
    return rows.map(({ name, count }) => `${name} ${count}`)
  })
}

const leads = (page: Page) => page.evaluate(() => globalThis.tab.leads())

test('one tab: a mutation is seen at once, and confirmed', async ({ profile, server }) => {
  const page = await openTab(profile, server)
  const found = await page.evaluate(async () => {
    const { client } = globalThis.tab
    const live = client.live<{ name: string; count: number }>('SELECT name, count FROM Categories')
    live.subscribe(() => {})
    const handle = client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 2 })
    const rows = await client.query('SELECT name, count FROM Categories')
    await handle.durable
    return { rows, local: await handle.local, confirmed: await handle.confirmed, storage: client.storage, live: live.rows }
  })
  expect(found).toMatchObject({
    rows: [{ name: 'Food', count: 2 }],
    local: { ok: true },
    confirmed: { ok: true },
    live: [{ name: 'Food', count: 2 }],
    storage: { kind: 'disk' },
  })
})

test('two tabs share one replica, and what one does the other sees', async ({ profile, server }) => {
  const [first, second] = [await openTab(profile, server), await openTab(profile, server)]
  expect([await leads(first), await leads(second)]).toEqual([true, false])
  await second.evaluate(() => globalThis.tab.watch())
  expect(await add(first, 'Food')).toMatchObject({ confirmed: { ok: true } })
  expect(await add(second, 'Food', 2)).toMatchObject({ confirmed: { ok: true } })
  expect(await counts(first)).toEqual(['Food 3'])
  await second.waitForFunction(() => globalThis.tab.seen.at(-1) === 'Food 3')
})

test('[G5] the leader is closed: the other tab takes over, with all that was pending', async ({ profile, server }) => {
  const [first, second] = [await openTab(profile, server), await openTab(profile, server)]
  await add(first, 'Food')
  await server.stopSync()
  await first.evaluate(async () => {
    const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 10 })
    await handle.durable
  })
  const pending = second.evaluate(async () => {
    const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists({ name: 'Food', incrementBy: 100 })
    return await handle.confirmed
  })
  await first.close()
  await server.startSync()
  expect(await pending).toMatchObject({ ok: true })
  expect(await leads(second)).toBe(true)
  expect(await counts(second)).toEqual(['Food 111'])
})
