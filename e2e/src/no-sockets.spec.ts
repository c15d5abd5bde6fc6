import type { BrowserContext, Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import { noSockets } from './no-sockets.ts'
import { test } from './tab-test.ts'

async function openTab(profile: BrowserContext, url: string): Promise<Page> {
  const page = await profile.newPage()
  await page.goto(`/tab.html?url=${encodeURIComponent(url)}`)
  await page.waitForFunction(() => 'tab' in globalThis)
  return page
}

function add(page: Page, name: string) {
  return page.evaluate(async (added) => {
    const { mutate } = globalThis.tab.client
    return await mutate.createCategoryOrIncrementIfExists({ name: added, incrementBy: 1 }).confirmed
  }, name)
}

const transport = (page: Page) => page.evaluate(() => globalThis.tab.client.status.transport)
const names = (page: Page) =>
  page.evaluate(async () => {
    const rows = await globalThis.tab.client.query<{ name: string }>('SELECT name FROM Categories ORDER BY name')
    return rows.map(({ name }) => name)
  })

for (const how of ['refused', 'unanswered'] as const) {
  test(`where WebSockets are ${how} the app goes on over HTTP by itself, and others follow`, async ({ profile, openProfile, server }) => {
    const proxy = await noSockets(Number(new URL(server.syncURL).port), how)
    try {
      const behind = await openTab(profile, proxy.url)
      expect(await add(behind, 'Food')).toMatchObject({ ok: true })
      expect(await transport(behind)).toBe('http')
      const free = await openTab(await openProfile(), server.syncURL)
      expect(await add(free, 'Rent')).toMatchObject({ ok: true })
      expect(await transport(free)).toBe('websocket')
      await expect.poll(() => names(behind)).toEqual(['Food', 'Rent'])
      expect(await add(behind, 'Fun')).toMatchObject({ ok: true })
      await expect.poll(() => names(free)).toEqual(['Food', 'Fun', 'Rent'])
      await server.stopSync()
      await expect.poll(() => behind.evaluate(() => globalThis.tab.client.status.connection)).toBe('offline')
      await server.startSync()
      expect(await add(behind, 'Car')).toMatchObject({ ok: true })
      expect(await transport(behind)).toBe('http')
    } finally {
      await proxy.close()
    }
  })
}
