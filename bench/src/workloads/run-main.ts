import { answer } from '../processes/answer.ts'
import { loadSystem } from './load-system.ts'
import type { System, WorkloadName } from './system.ts'
import type { Run, Sample } from './workload.ts'
import { WORKLOADS } from './workloads.ts'

/** What the process of one run is told. */
export type RunOptions = Omit<Run, 'system'> & { readonly workload: WorkloadName }

/** What a report says of a system. */
export type Described = Pick<System, 'name' | 'version' | 'notes' | 'impossible'>

answer('run', { run, describe }, async () => {})

async function run({ workload: name, ...rest }: RunOptions): Promise<Sample> {
  const workload = WORKLOADS.find((candidate) => candidate.name === name)
  if (workload === undefined) throw new Error(`There is no workload "${name}".`)
  return await workload.run({ ...rest, system: await loadSystem(rest.module) })
}

async function describe(module: string): Promise<Described> {
  const { name, version, notes, impossible } = await loadSystem(module)
  return { name, version, notes, impossible }
}
