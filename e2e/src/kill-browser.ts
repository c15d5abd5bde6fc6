import { execFileSync } from 'node:child_process'
import type { BrowserContext } from '@playwright/test'

/** Ends a browser and all its processes, with no chance to tidy up.
 *  @param profile the directory that it was opened with, which outlives it */
export async function killBrowser(context: BrowserContext, profile: string): Promise<void> {
  const closed = new Promise<void>((resolve) => context.once('close', () => resolve()))
  // Playwright starts each browser at the head of a process group of its own.
  process.kill(-mainProcessOf(profile), 'SIGKILL')
  await closed
}

function mainProcessOf(profile: string): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).trim().split('\n')
  const main = lines.filter((line) => line.includes(`--user-data-dir=${profile}`) && !line.includes('--type='))
  if (main.length !== 1) throw new Error(`${main.length} browsers have the profile ${profile}: ${main.join('\n')}`)
  return Number.parseInt(main[0] ?? '', 10)
}
