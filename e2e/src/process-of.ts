import { execFileSync } from 'node:child_process'
import type { Page } from '@playwright/test'

/** The process that a page runs in, to be stopped as a system does that is short of memory. */
export async function processOf(page: Page): Promise<{ stop(): void; go(): void }> {
  const before = cpuTimes()
  // Nothing tells which process it is: the one that works when the page does.
  await page.evaluate(() => {
    const until = performance.now() + 2000
    while (performance.now() < until) {}
  })
  const [busiest] = [...cpuTimes()].sort(([a, now], [b, other]) => other - (before.get(b) ?? 0) - (now - (before.get(a) ?? 0)))
  if (busiest === undefined) throw new Error('There is no process of a page')
  const [pid] = busiest
  return { stop: () => void process.kill(pid, 'SIGSTOP'), go: () => void process.kill(pid, 'SIGCONT') }
}

/** Seconds of processor time of each process of a page that this test's browsers have. */
function cpuTimes(): Map<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,times=,args='], { encoding: 'utf8' }).trim().split('\n')
  const all = lines.map((line) => {
    const [pid, parent, seconds] = line.trim().split(/\s+/).map(Number)
    return { pid: pid ?? 0, parent: parent ?? 0, seconds: seconds ?? 0, isPage: line.includes('--type=renderer') }
  })
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]))
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0))
  return new Map(all.filter(({ pid, isPage }) => isPage && isOurs(pid)).map(({ pid, seconds }) => [pid, seconds]))
}
