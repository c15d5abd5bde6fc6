import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { BenchContext } from '../bench.ts'
import { benchPage, benchPages, servePages } from './pages.ts'
import { chromiumVersion, openPage, withProfile } from './profile.ts'
import { traced } from './traced.ts'

/** A Chromium with a profile on disk, and the benchmark's pages to open in it. */
export interface ChromiumPages {
  readonly version: string
  /** Opens one of the pages of `bench/pages`, and waits until it says that it is ready. */
  open(page: string, query?: { readonly [name: string]: string }): Promise<Page>
}

/** Runs the work with a Chromium of its own, whose processes are gone afterwards, however the work ends. */
export async function withChromium<T>(context: BenchContext, work: (pages: ChromiumPages) => Promise<T>): Promise<T> {
  const served = await servePages(benchPages(), join(context.directory, 'pages'))
  try {
    return await withProfile(join(context.directory, 'profile'), async (profile) => {
      const pages: ChromiumPages = {
        version: chromiumVersion(profile),
        open: (name, query = {}) => openPage(profile, `${served.urlOf(benchPage(name))}?${new URLSearchParams(query)}`),
      }
      return await traced(profile.browser(), () => work(pages))
    })
  } finally {
    await served.close()
  }
}
