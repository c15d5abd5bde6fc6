import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserType, test as base } from '@playwright/test'
import { TestServer } from './test-server.ts'

interface Fixtures {
  /** A server of this test's own: the demo's rooms, and the pages of `e2e/pages`. */
  readonly server: TestServer
  /** A browser profile of this test's own, kept on disk: the default one is a private window. */
  readonly profile: BrowserContext
  /** Further profiles, or the same one opened again after it was closed; with arguments for the browser's command. */
  readonly openProfile: (directory?: string, args?: readonly string[]) => Promise<BrowserContext>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names that are destructured.
  server: async ({}, use) => {
    const server = await TestServer.start()
    await use(server)
    await server.close()
  },
  openProfile: async ({ playwright, browserName, launchOptions, server }, use) => {
    const contexts: BrowserContext[] = []
    const directories: string[] = []
    const type: BrowserType = playwright[browserName]
    await use(async (directory, args = []) => {
      const path = directory ?? mkdtempSync(join(tmpdir(), 'savepoint-profile-'))
      if (directory === undefined) directories.push(path)
      const options = { ...launchOptions, args: [...(launchOptions.args ?? []), ...args] }
      const context = await type.launchPersistentContext(path, { ...options, baseURL: server.url, locale: 'en-US' })
      contexts.push(context)
      return context
    })
    for (const context of contexts) await context.close()
    for (const path of directories) rmSync(path, { recursive: true, force: true })
  },
  profile: async ({ openProfile }, use) => use(await openProfile()),
})

export { expect } from '@playwright/test'
