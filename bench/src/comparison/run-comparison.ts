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

/**
 * A command: runs what it is asked to, prints the tables, and writes all figures to `bench/results`. Returns that file if it has
 * the whole comparison.
 */
export async function runComparison(entrants: readonly Entrant[], command: string, args: readonly string[]): Promise<string | undefined> {
  const usage = `${command} [--quick] [--workloads <names>] [--systems <names>]

  --quick      fewer runs, smaller sizes: a first impression
  --workloads  only these, with commas between: ${WORKLOADS.map(({ name }) => name).join(', ')}
  --systems    only these beside Savepoint: ${entrants
    .slice(1)
    .map(({ name }) => name)
    .join(', ')}`
  const asked = readArguments(entrants, args, usage)
  const machine = describeMachine()
  process.stdout.write(`${formatMachine(machine)}${asked.effort === 'full' ? '' : `, ${asked.effort}`}\n`)
  // Children inherit both. What is measured is what is published, as it runs in production.
  process.env.SAVEPOINT_BENCH_BUILT = '1'
  process.env.NODE_ENV = 'production'
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-comparison-'))
  try {
    const progress = (text: string) => process.stderr.write(`  ${text}\n`)
    // A run that is ended leaves what it has.
    const progressed = (soFar: Comparison) => write({ machine, effort: asked.effort, ...soFar })
    const comparison = await compare({ ...asked, context: { effort: asked.effort, directory, progress }, progressed })
    for (const { name, version } of comparison.systems) process.stdout.write(`  ${name} ${version}\n`)
    for (const table of comparisonTables(comparison)) process.stdout.write(`\n${formatTable(table)}\n`)
    const file = write({ machine, effort: asked.effort, ...comparison })
    process.stdout.write(`\n${file}\n`)
    return asked.isWhole ? file : undefined
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Asked {
  readonly isWhole: boolean
  readonly effort: Effort
  readonly entrants: readonly Entrant[]
  readonly workloads: readonly WorkloadName[]
}

function readArguments(entrants: readonly Entrant[], args: readonly string[], usage: string): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { quick: { type: 'boolean' }, workloads: { type: 'string' }, systems: { type: 'string' } },
    })
    const names = WORKLOADS.map(({ name }) => name)
    const others = entrants.slice(1)
    const systems = choose(
      others.map(({ name }) => name),
      values.systems,
    )
    return {
      isWhole: !values.quick && values.workloads === undefined && values.systems === undefined,
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
