import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'

/** Samples of what runs, in every thread: pages, workers, the browser's own. */
const CATEGORIES = ['devtools.timeline', 'toplevel', 'v8.execute', 'disabled-by-default-v8.cpu_profiler', '__metadata']

/** As `profiled`, for a browser: it leaves a trace of all its threads, workers that have ended among them. */
export async function traced<T>(browser: Browser | null, work: () => Promise<T>): Promise<T> {
  const directory = process.env.BENCH_PROFILE_DIRECTORY
  if (directory === undefined || browser === null) return await work()
  mkdirSync(directory, { recursive: true })
  await browser.startTracing(undefined, { path: join(directory, 'chromium.trace.json'), categories: CATEGORIES })
  try {
    return await work()
  } finally {
    await browser.stopTracing()
  }
}
