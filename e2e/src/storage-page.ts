import type { BrowserContext, Page } from '@playwright/test'
import type { StorageTasks } from '../pages/storage.worker.ts'

type Task = keyof StorageTasks

/** A page with a worker that does what the test says. */
export async function openStoragePage(profile: BrowserContext): Promise<Page> {
  const page = await profile.newPage()
  await page.goto('/storage.html')
  await renewWorker(page)
  return page
}

/** A new worker, after the old one is gone. */
export async function renewWorker(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.worker = globalThis.newStorageWorker()
  })
}

/** Has the page's worker do it. */
export function run<T extends Task>(
  page: Page,
  task: T,
  ...args: Parameters<StorageTasks[T]>
): Promise<Awaited<ReturnType<StorageTasks[T]>>> {
  return page.evaluate(([name, given]) => globalThis.worker.do(name as never, ...(given as never)), [task, args] as const) as never
}

declare global {
  var worker: ReturnType<typeof newStorageWorker>
}
