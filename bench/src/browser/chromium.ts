import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import type { BenchContext } from '../bench.ts'
import { servePages } from './pages.ts'
import { READY } from './ready.ts'
import { traced } from './traced.ts'

/** A Chromium with a profile on disk, and the benchmark's pages to open in it. */
export interface ChromiumPages {
  readonly version: string
  /** Opens one of the pages of `bench/pages`, and waits until it says that it is ready. */
  open(page: string, query?: { readonly [name: string]: string }): Promise<Page>
}

/**
 * Runs the work with a Chromium of its own, whose processes are gone afterwards, however the work ends. Its profile is in the
 * benchmark's directory: Playwright's default one is a private window, where writing costs something else.
 */
export async function withChromium<T>(context: BenchContext, work: (pages: ChromiumPages) => Promise<T>): Promise<T> {
  const served = await servePages(join(context.directory, 'pages'))
  let profile: BrowserContext | undefined
  try {
    profile = await launch(join(context.directory, 'profile'))
    const pages = pagesOf(profile, served.url)
    return await traced(profile.browser(), () => work(pages))
  } finally {
    await profile?.close()
    await served.close()
  }
}

function pagesOf(profile: BrowserContext, url: string): ChromiumPages {
  return {
    version: profile.browser()?.version() ?? '',
    async open(name, query = {}) {
      const page = await profile.newPage()
      page.on('pageerror', (error) => process.stderr.write(`${name}: ${error.stack ?? error.message}\n`))
      await untilReady(page, () => page.goto(new URL(`${name}.html?${new URLSearchParams(query)}`, url).href))
      return page
    },
  }
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
