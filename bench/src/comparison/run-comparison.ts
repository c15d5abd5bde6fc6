import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Effort } from '../bench.ts'
import { describeMachine, formatMachine, type Machine } from '../report/machine.ts'
import { formatTable } from '../report/table.ts'
import type { WorkloadName } from '../workloads/system.ts'
import { WORKLOADS } from '../workloads/workloads.ts'
import { type Comparison, compare } from './compare.ts'
import { comparisonTables } from './comparison-tables.ts'
import type { Entrant } from './enter.ts'

/** What a run leaves behind for those who draw it. */
export interface ComparisonReport extends Comparison {
  readonly machine: Machine
  readonly effort: Effort
}

const RESULTS = new URL('../../results/', import.meta.url)

/** The command: runs what it is asked to, prints the tables, and writes all figures to `bench/results`. */
export async function runComparison(entrants: readonly Entrant[]): Promise<void> {
  const usage = `npm run bench:peers -- [--quick] [--workloads <names>] [--systems <names>]

  --quick      fewer runs, smaller sizes: a first impression
  --workloads  only these, with commas between: ${WORKLOADS.map(({ name }) => name).join(', ')}
  --systems    only these beside Savepoint: ${entrants
    .slice(1)
    .map(({ name }) => name)
    .join(', ')}`
  const asked = readArguments(entrants, usage)
  const machine = describeMachine()
  process.stdout.write(`${formatMachine(machine)}${asked.effort === 'full' ? '' : `, ${asked.effort}`}\n`)
  // Children inherit both. What is measured is what is published, as it runs in production.
  process.env.SAVEPOINT_BENCH_BUILT = '1'
  process.env.NODE_ENV = 'production'
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-comparison-'))
  try {
    const progress = (text: string) => process.stderr.write(`  ${text}\n`)
    const comparison = await compare({ ...asked, context: { effort: asked.effort, directory, progress } })
    for (const { name, version } of comparison.systems) process.stdout.write(`  ${name} ${version}\n`)
    for (const table of comparisonTables(comparison)) process.stdout.write(`\n${formatTable(table)}\n`)
    process.stdout.write(`\n${write({ machine, effort: asked.effort, ...comparison })}\n`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Asked {
  readonly effort: Effort
  readonly entrants: readonly Entrant[]
  readonly workloads: readonly WorkloadName[]
}

function readArguments(entrants: readonly Entrant[], usage: string): Asked {
  try {
    const { values } = parseArgs({ options: { quick: { type: 'boolean' }, workloads: { type: 'string' }, systems: { type: 'string' } } })
    const names = WORKLOADS.map(({ name }) => name)
    const others = entrants.slice(1)
    const systems = choose(
      others.map(({ name }) => name),
      values.systems,
    )
    return {
      effort: values.quick ? 'quick' : 'full',
      entrants: [...entrants.slice(0, 1), ...others.filter(({ name }) => systems.includes(name))],
      workloads: choose(names, values.workloads),
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
}

/** Those of `all` that a list with commas names; all, if there is none. */
function choose<Name extends string>(all: readonly Name[], list: string | undefined): readonly Name[] {
  if (list === undefined) return all
  return list.split(',').map((wanted) => {
    const found = all.find((name) => name.toLowerCase() === wanted.trim().toLowerCase())
    if (found === undefined) throw new Error(`There is no "${wanted}".`)
    return found
  })
}

/** The file's path. */
function write(report: ComparisonReport): string {
  mkdirSync(RESULTS, { recursive: true })
  const file = new URL(`${report.machine.date.slice(0, 19).replaceAll(':', '-')}-${report.effort}.json`, RESULTS)
  writeFileSync(file, `${JSON.stringify(report, undefined, 1)}\n`)
  return fileURLToPath(file)
}
