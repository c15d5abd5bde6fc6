import type { BrowserContext, Page } from '@playwright/test'
import { mutators, schema } from '../pages/tab-app.ts'
import { test as base, expect } from './fixtures.ts'
import { TestServer } from './test-server.ts'

/** Tests of tabs, whose server has the app of `e2e/pages/tab.ts`. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names that are destructured.
  server: async ({}, use) => {
    const server = await TestServer.start({ schema, mutators })
    await use(server)
    await server.close()
  },
})

interface TabOptions {
  /** Of the Savepoint server; default: the test's own. */
  readonly url?: string
  readonly room?: string
  readonly storage?: 'disk' | 'mirror' | 'memory'
  /** What its workers are to be: of a newer version of the app, or broken. */
  readonly worker?: 'newer' | 'broken'
  /** The script of a service worker, which is its server then. */
  readonly script?: string
  /** Of its replica. */
  readonly name?: string
  readonly transport?: 'http'
  /** What it gives as its token; `null` if it is asked and has none. Left out, it cannot be asked. */
  readonly token?: string | null
}

/** Opens a tab of the app, with its client in hand. */
export async function openTab(profile: BrowserContext, server: TestServer, options: TabOptions = {}): Promise<Page> {
  const page = await profile.newPage()
  const { token } = options
  if (typeof token === 'string') {
    await page.goto(`${server.url}/blank.html`)
    await page.evaluate((value) => sessionStorage.setItem('token', value), token)
  }
  await page.goto(tabAddress(server, options))
  await page.waitForFunction(() => 'tab' in globalThis)
  return page
}

/** Two tabs of one profile: the first leads. */
export async function openTwo(profile: BrowserContext, server: TestServer, options: TabOptions = {}): Promise<[first: Page, second: Page]> {
  return [await openTab(profile, server, options), await openTab(profile, server, options)]
}

export function tabAddress(server: TestServer, { token, url = server.syncURL, ...others }: TabOptions = {}): string {
  const query = new URLSearchParams({ url, ...others, ...(token !== undefined && { token: '' }) })
  return `${server.url}/tab.html?${query}`
}

/** Loads the page again, as somebody does by hand. */
export async function reload(page: Page): Promise<void> {
  await page.reload()
  await page.waitForFunction(() => 'tab' in globalThis)
}

/** Adds to a category in this tab, and waits until the server has it. */
export function add(page: Page, name: string, incrementBy = 1) {
  return page.evaluate(
    async (args) => {
      const handle = globalThis.tab.client.mutate.createCategoryOrIncrementIfExists(args)
      return { local: await handle.local, confirmed: await handle.confirmed }
    },
    { name, incrementBy },
  )
}

/** Adds to a category in this tab, and waits until that would survive a crash. */
export function note(page: Page, name: string, incrementBy = 1): Promise<void> {
  return page.evaluate((args) => globalThis.tab.client.mutate.createCategoryOrIncrementIfExists(args).durable, { name, incrementBy })
}

/** What the page shows. */
export function counts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const rows = await globalThis.tab.client.query<{ name: string; count: number }>('SELECT name, count FROM Categories ORDER BY name')
    return rows.map(({ name, count }) => `${name} ${count}`)
  })
}

export const leads = (page: Page) => page.evaluate(() => globalThis.tab.leads())
export const storageOf = (page: Page) => page.evaluate(() => globalThis.tab.client.storage)
export const statusOf = (page: Page) => page.evaluate(() => globalThis.tab.client.status)

/** Waits until the page says that its connection is so. */
export async function untilConnection(page: Page, connection: 'live' | 'offline' | 'refused' | 'stopped' | 'catching-up'): Promise<void> {
  await expect.poll(async () => (await statusOf(page)).connection, { intervals: [20] }).toBe(connection)
}

/** Waits until the page is live, and all that was called is decided. It tries at once, as an app does whose user says so. */
export async function untilSettled(page: Page): Promise<void> {
  await page.evaluate(() => globalThis.tab.client.start())
  await page.waitForFunction(() => globalThis.tab.client.status.pending === 0 && globalThis.tab.client.status.connection === 'live')
}

/** What the server has, as a profile sees it that has never been there. */
export async function atServer(
  openProfile: () => Promise<BrowserContext>,
  server: TestServer,
  options: TabOptions = {},
): Promise<string[]> {
  const page = await openTab(await openProfile(), server, options)
  await untilSettled(page)
  return await counts(page)
}
