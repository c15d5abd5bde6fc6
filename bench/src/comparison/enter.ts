import { fileURLToPath } from 'node:url'
import type { Described } from '../workloads/run-main.ts'
import type { Workload } from '../workloads/workload.ts'
import { WORKLOADS } from '../workloads/workloads.ts'
import type { ChromiumStage } from './chromium-stage.ts'
import { firstLine } from './first-line.ts'
import { startRun } from './start-run.ts'

/** A system that takes part. */
export interface Entrant {
  /** How it is called where it cannot even be loaded. */
  readonly name: string
  /** The URL of the module that exports it as `system`. */
  readonly module: string
  /** The URL of the HTML of a page that offers its clients. Without one it takes no part in what runs in Chromium. */
  readonly page?: string
  /** Why it cannot take part on this machine, if that is known before it is tried. */
  readonly absent?: string
}

/** An entrant, once it is known what it can do. */
export interface Entered {
  readonly entrant: Entrant
  readonly described: Described
  /** Where its page is served. */
  readonly page?: string
}

/** @param chromium where pages are served; why there are none; undefined if nothing is run there */
export async function enter(entrant: Entrant, chromium: ChromiumStage | string | undefined): Promise<Entered> {
  const { name, module, page, absent } = entrant
  const none = { name, version: '(not run)', notes: [], impossible: {} }
  if (absent !== undefined) return { entrant, described: without(none, WORKLOADS, absent) }
  let described: Described
  try {
    described = await describe(module)
  } catch (error) {
    return { entrant, described: without(none, WORKLOADS, `It cannot be loaded: ${firstLine(error)}`) }
  }
  if (chromium === undefined || page === undefined) return { entrant, described }
  const ofPages = WORKLOADS.filter(({ place }) => place === 'Chromium')
  if (typeof chromium === 'string') return { entrant, described: without(described, ofPages, chromium) }
  try {
    return { entrant, described, page: await chromium.serve(fileURLToPath(page)) }
  } catch (error) {
    return { entrant, described: without(described, ofPages, `Its page cannot be built: ${firstLine(error)}`) }
  }
}

async function describe(module: string): Promise<Described> {
  const child = startRun()
  try {
    return await child.call<Described>('describe', module)
  } finally {
    await child.stop()
  }
}

function without(described: Described, workloads: readonly Workload[], reason: string): Described {
  return { ...described, impossible: { ...described.impossible, ...Object.fromEntries(workloads.map(({ name }) => [name, reason])) } }
}
