import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchContext, byEffort } from '../bench.ts'
import { type Stats, statsOf } from '../measure/stats.ts'
import { Child } from '../processes/child.ts'
import type { Described, RunOptions } from '../workloads/run-main.ts'
import type { WorkloadName } from '../workloads/system.ts'
import type { Sample, Size, Workload } from '../workloads/workload.ts'
import { WORKLOADS } from '../workloads/workloads.ts'

/** After this a run is given up: a system whose time grows out of hand must not keep the others from theirs. */
const RUN_MS_MAX = 10 * 60_000

/** A system that takes part. */
export interface Entrant {
  /** How it is called where it cannot even be loaded. */
  readonly name: string
  /** The URL of the module that exports it as `system`. */
  readonly module: string
  /** Why it cannot take part on this machine, if that is known before it is tried. */
  readonly absent?: string
}

/** All that was measured: what tables, pages and charts are made of. */
export interface Comparison {
  readonly systems: readonly Described[]
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
}

/** Runs every workload on every system. Systems take turns run by run, and each run is in a process of its own. */
export async function compare({ context, entrants, workloads }: CompareOptions): Promise<Comparison> {
  const runs: Entered[] = []
  for (const entrant of entrants) runs.push(await enter(entrant))
  const results: Result[] = []
  for (const workload of WORKLOADS) {
    if (workloads !== undefined && !workloads.includes(workload.name)) continue
    for (const size of workload.sizes(context.effort)) results.push(...(await compareOne(context, runs, workload, size)))
  }
  return { systems: runs.map(({ described }) => described), results }
}

/** An entrant, once it is known what it can do. */
interface Entered {
  readonly module: string
  readonly described: Described
}

async function enter({ name, module, absent }: Entrant): Promise<Entered> {
  if (absent !== undefined) return { module, described: nothingPossible(name, absent) }
  const child = startRun()
  try {
    return { module, described: await child.call<Described>('describe', module) }
  } catch (error) {
    return { module, described: nothingPossible(name, `It cannot be loaded: ${firstLine(error)}`) }
  } finally {
    await child.stop()
  }
}

function nothingPossible(name: string, reason: string): Described {
  return { name, version: '(not run)', notes: [], impossible: Object.fromEntries(WORKLOADS.map((workload) => [workload.name, reason])) }
}

async function compareOne(context: BenchContext, entered: readonly Entered[], workload: Workload, size: Size): Promise<Result[]> {
  const rounds = Math.min(byEffort(context, { smoke: 1, quick: 3, full: 7 }), workload.runsMax?.(size) ?? Number.POSITIVE_INFINITY)
  const reasons = new Map<string, string>()
  const samples = new Map<string, Sample[]>()
  for (const { described } of entered) {
    const reason = described.impossible[workload.name]
    if (reason !== undefined) reasons.set(described.name, reason)
    samples.set(described.name, [])
  }
  for (let round = 0; round < rounds; round++) {
    context.progress(`${workload.title} ${JSON.stringify(size)}, run ${round + 1} of ${rounds}`)
    for (let i = 0; i < entered.length; i++) {
      const { module, described } = entered[(i + round) % entered.length] as Entered
      if (reasons.has(described.name)) continue
      try {
        samples.get(described.name)?.push(await runOnce(context, workload.name, module, size))
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

async function runOnce(context: BenchContext, workload: WorkloadName, module: string, size: Size): Promise<Sample> {
  const directory = join(context.directory, 'run')
  mkdirSync(directory)
  const child = startRun()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    child.kill()
  }, RUN_MS_MAX)
  try {
    return await child.call<Sample>('run', { workload, module, effort: context.effort, directory, size } satisfies RunOptions)
  } catch (error) {
    throw isOver ? new Error(`a run took more than ${RUN_MS_MAX / 60_000} minutes.`) : error
  } finally {
    clearTimeout(timer)
    await child.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function startRun(): Child {
  return new Child(new URL('../workloads/run-main.ts', import.meta.url))
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

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] as string
}
