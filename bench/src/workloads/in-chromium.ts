import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openCountingProxy } from '../bootstrap/counting-proxy.ts'
import { statsOf } from '../measure/stats.ts'
import { bootstrap, clientsOf, MB } from './bootstrap.ts'
import { local } from './local.ts'
import { rebase } from './rebase.ts'
import { type Hub, withHub } from './system.ts'
import { parameterOf, type Run, type Sample, type Size, type Workload } from './workload.ts'

const IN_A_PAGE = [
  'The clients are on one page of Chromium, where the same code drives and times them; it is cross-origin isolated, so that its clock has steps of 5 µs.',
  'Each run has a Chromium of its own, with a new profile on disk.',
]

export const chromiumLocal: Workload = {
  ...local,
  name: 'chromium-local',
  place: 'Chromium',
  title: titleOf(local),
  timed: [...local.timed, ...IN_A_PAGE],
  run: (run) => measureOnPage(run, 'local'),
}

export const chromiumRebase: Workload = {
  ...rebase,
  name: 'chromium-rebase',
  place: 'Chromium',
  title: titleOf(rebase),
  timed: [...rebase.timed, ...IN_A_PAGE],
  sizes: (effort) => ofSmallestBase(rebase.sizes(effort)),
  run: (run) => measureOnPage(run, 'rebase'),
}

export const chromiumBootstrap: Workload = {
  ...bootstrap,
  name: 'chromium-bootstrap',
  place: 'Chromium',
  title: titleOf(bootstrap),
  timed: [
    'The hub holds N rows: an id, texts of 16, 32 and 64 characters that hardly compress, two integers. Timed is from a client that has nothing, on a page that is loaded,',
    'until a query has counted all rows. A run has several such clients, each in a Chromium of its own with a new profile on disk, and its figure is their median; the',
    'first is not counted, and it alone is connected through a proxy, which counts the bytes that come from the hub.',
  ],
  figures: bootstrap.figures.filter(({ key }) => key !== 'peak'),
  run: async (run) =>
    await withHub(run.system, { directory: run.directory, things: parameterOf(run.size, 'things') }, (hub) => measureBootstrap(run, hub)),
}

function titleOf({ title }: Workload): string {
  return title.replace(':', ' in Chromium:')
}

/** What a larger base costs is a matter of the engine, and measured in Node. */
function ofSmallestBase(sizes: readonly Size[]): readonly Size[] {
  const smallest = Math.min(...sizes.map((size) => parameterOf(size, 'base')))
  return sizes.filter((size) => size.base === smallest)
}

async function measureOnPage(run: Run, workload: 'local' | 'rebase'): Promise<Sample> {
  const { system, directory, effort, size } = run
  return await withHub(system, { directory, counters: parameterOf(size, 'base') }, ({ address }) =>
    onNewPage(run, 'profile', (page) =>
      page.evaluate(([name, asked, at]) => globalThis.clients[name](asked, at), [workload, { effort, size }, address] as const),
    ),
  )
}

async function measureBootstrap(run: Run, { address }: Hub): Promise<Sample> {
  const things = parameterOf(run.size, 'things')
  const once = (profile: string, at: string) =>
    onNewPage(run, profile, (page) => page.evaluate((asked) => globalThis.clients.bootstrap(...asked), [at, things] as const))
  const proxy = await openCountingProxy(address)
  const first = await once('profile-1', proxy.url)
  proxy.close()
  const counted: number[] = []
  for (let client = 2; client <= clientsOf(run.effort); client++) counted.push(await once(`profile-${client}`, address))
  return { seconds: statsOf(counted.length === 0 ? [first] : counted).median / 1000, megabytes: proxy.received() / MB }
}

async function onNewPage<T>({ directory, page: url }: Run, profile: string, work: (page: Page) => Promise<T>): Promise<T> {
  if (url === undefined) throw new Error('This system has no page.')
  // It loads Playwright, which what runs in Node is to be spared.
  const { openPage, withProfile } = await import('../browser/profile.ts')
  return await withProfile(join(directory, profile), async (opened) => await work(await openPage(opened, url)))
}
