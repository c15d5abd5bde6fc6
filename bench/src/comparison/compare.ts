import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { type Stats, statsOf } from '../measure/stats.ts'
import type { Described, RunOptions } from '../workloads/run-main.ts'
import type { WorkloadName } from '../workloads/system.ts'
import type { Sample, Size, Workload } from '../workloads/workload.ts'
import { WORKLOADS } from '../workloads/workloads.ts'
import type { ChromiumStage } from './chromium-stage.ts'
import { type Entered, type Entrant, enter } from './enter.ts'
import { firstLine } from './first-line.ts'
import { startRun } from './start-run.ts'

/** After this a run is given up: a system whose time grows out of hand must not keep the others from theirs. */
const RUN_MS_MAX = 2 * 60_000
const GIVEN_UP = `a run took more than ${RUN_MS_MAX / 60_000} minutes.`

/** A system that has taken so long for a size of a workload has no more runs of it. */
const ENOUGH_MS = 45_000

/** All that was measured: what tables, pages and charts are made of. */
export interface Comparison {
  readonly systems: readonly Described[]
  /** The version of the Chromium, if there were runs in one. */
  readonly chromium?: string
  readonly results: readonly Result[]
}

/** What one system made of one size of a workload. */
export interface Result {
  readonly workload: WorkloadName
  readonly size: Size
  readonly system: string
  /** Over all runs. Empty if there are none. */
  readonly figures: { readonly [figure: string]: Stats }
  /** How many times as good the first system's figure is, within each run. */
  readonly ahead: { readonly [figure: string]: Stats }
  /** Why there are no figures. */
  readonly reason?: string
}

interface CompareOptions {
  readonly context: BenchContext
  /** The first is the one that the others are compared with. */
  readonly entrants: readonly Entrant[]
  /** Default: all. */
  readonly workloads?: readonly WorkloadName[]
  /** Told what there is so far, after each size of a workload. */
  readonly progressed?: (soFar: Comparison) => void
}

/** Runs every workload on every system. Systems take turns run by run, and each run is in a process of its own. */
export async function compare({ context, entrants, workloads, progressed }: CompareOptions): Promise<Comparison> {
  const chosen = WORKLOADS.filter(({ name }) => workloads?.includes(name) ?? true)
  const chromium = chosen.some(({ place }) => place === 'Chromium') ? await openStage(context) : undefined
  const stage = typeof chromium === 'object' ? chromium : undefined
  try {
    const entered: Entered[] = []
    for (const entrant of entrants) entered.push(await enter(entrant, chromium))
    const systems = entered.map(({ described }) => described)
    const results: Result[] = []
    const comparison: Comparison = { systems, results, ...(stage && { chromium: stage.version }) }
    for (const workload of chosen) {
      const taking = entered.filter(({ entrant }) => workload.place !== 'Chromium' || entrant.page !== undefined)
      const givenUp = new Set<string>()
      for (const size of workload.sizes(context.effort)) {
        const found = await compareOne(context, taking, workload, size, givenUp)
        for (const { system, reason } of found) if (reason?.endsWith(GIVEN_UP)) givenUp.add(system)
        results.push(...found)
        progressed?.(comparison)
      }
    }
    return comparison
  } finally {
    await stage?.close()
  }
}

/** What is run in Chromium has a stage, or a reason why not. */
async function openStage({ directory }: BenchContext): Promise<ChromiumStage | string> {
  try {
    // It loads Playwright and Vite, which no other process that imports this is to carry along.
    const { ChromiumStage } = await import('./chromium-stage.ts')
    return await ChromiumStage.open(directory)
  } catch (error) {
    return `Chromium cannot be started here: ${firstLine(error)}`
  }
}

/** @param givenUp systems that took too long for another size of the workload */
async function compareOne(
  context: BenchContext,
  entered: readonly Entered[],
  workload: Workload,
  size: Size,
  givenUp: ReadonlySet<string>,
): Promise<Result[]> {
  const rounds = Math.min(byEffort(context, { smoke: 1, quick: 3, full: 3 }), workload.runsMax?.(size) ?? Number.POSITIVE_INFINITY)
  const reasons = new Map<string, string>()
  const samples = new Map<string, Sample[]>()
  const took = new Map<string, number>()
  for (const { described } of entered) {
    const reason = described.impossible[workload.name] ?? (givenUp.has(described.name) ? `Of another size, ${GIVEN_UP}` : undefined)
    if (reason !== undefined) reasons.set(described.name, reason)
    samples.set(described.name, [])
  }
  for (let round = 0; round < rounds; round++) {
    context.progress(`${workload.title} ${JSON.stringify(size)}, run ${round + 1} of ${rounds}`)
    for (let i = 0; i < entered.length; i++) {
      const one = entered[(i + round) % entered.length] as Entered
      const { described } = one
      if (reasons.has(described.name) || (took.get(described.name) ?? 0) > ENOUGH_MS) continue
      const began = performance.now()
      try {
        samples.get(described.name)?.push(await runOnce(context, workload.name, one, size))
        took.set(described.name, (took.get(described.name) ?? 0) + performance.now() - began)
      } catch (error) {
        reasons.set(described.name, `It failed: ${firstLine(error)}`)
        context.progress(`${described.name}: ${(error as Error).stack ?? String(error)}`)
      }
    }
  }
  const first = samples.get(entered[0]?.described.name ?? '') ?? []
  return entered.map(({ described: { name } }): Result => {
    const result = { workload: workload.name, size, system: name }
    const reason = reasons.get(name)
    if (reason !== undefined) return { ...result, figures: {}, ahead: {}, reason }
    return { ...result, ...aggregate(workload, samples.get(name) ?? [], first) }
  })
}

async function runOnce(context: BenchContext, workload: WorkloadName, { entrant, page }: Entered, size: Size): Promise<Sample> {
  const directory = mkdtempSync(join(context.directory, 'run-'))
  const child = startRun()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    child.kill()
  }, RUN_MS_MAX)
  try {
    const { module } = entrant
    return await child.call<Sample>('run', { workload, module, effort: context.effort, directory, size, page } satisfies RunOptions)
  } catch (error) {
    throw isOver ? new Error(GIVEN_UP) : error
  } finally {
    clearTimeout(timer)
    await child.stop()
    // A Chromium whose run was given up may still write while it ends.
    rmSync(directory, { recursive: true, force: true, maxRetries: 20 })
  }
}

function aggregate({ figures }: Workload, samples: readonly Sample[], first: readonly Sample[]): Pick<Result, 'figures' | 'ahead'> {
  const found: { [figure: string]: Stats } = {}
  const ahead: { [figure: string]: Stats } = {}
  for (const { key, better } of figures) {
    const values = samples.flatMap((sample) => sample[key] ?? [])
    if (values.length === 0) continue
    found[key] = statsOf(values)
    const ratios = samples.flatMap((sample, round) => {
      const [theirs, ours] = [sample[key], first[round]?.[key]]
      // What takes nothing is beyond compare.
      if (!theirs || !ours) return []
      return better === 'more' ? ours / theirs : theirs / ours
    })
    if (ratios.length > 0) ahead[key] = statsOf(ratios)
  }
  return { figures: found, ahead }
}
