import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { READY } from './ready.ts'

/**
 * A Chromium of its own with this profile, for as long as the work takes. It is on disk, in a directory of the caller's: Playwright's
 * default one is a private window, where writing costs something else.
 */
export async function withProfile<T>(directory: string, work: (profile: BrowserContext) => Promise<T>): Promise<T> {
  const profile = await launch(directory)
  try {
    return await work(profile)
  } finally {
    await profile.close()
  }
}

/** The version of its Chromium. */
export function chromiumVersion(profile: BrowserContext): string {
  return profile.browser()?.version() ?? ''
}

/** Opens a page, and waits until it says that it is ready. */
export async function openPage(profile: BrowserContext, url: string): Promise<Page> {
  const page = await profile.newPage()
  page.on('pageerror', (error) => process.stderr.write(`${url}: ${error.stack ?? error.message}\n`))
  await untilReady(page, () => page.goto(url))
  return page
}

/** Loads a page, and waits until it says that it is ready: who looks again and again takes time from it. */
export async function untilReady(page: Page, load: () => Promise<unknown>): Promise<void> {
  const ready = page.waitForEvent('console', (message) => message.text() === READY)
  await Promise.all([ready, load()])
}

async function launch(profile: string): Promise<BrowserContext> {
  const executablePath = process.env.SAVEPOINT_CHROMIUM ?? findChromium()
  return await chromium.launchPersistentContext(profile, {
    ...(executablePath === '' ? {} : { executablePath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

function findChromium(): string {
  const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'chromium-path.mjs')
  return execFileSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}
