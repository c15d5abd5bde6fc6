import { parseArgs } from 'node:util'
import type { Effort } from './bench.ts'
import { BENCHES } from './benches.ts'
import { OWN_ENTRANTS } from './comparison/own-entrants.ts'
import { runComparison } from './comparison/run-comparison.ts'
import { profiled } from './measure/profiled.ts'
import { writePerformancePage } from './performance-page/write-performance-page.ts'
import { jsonReport } from './report/json-report.ts'
import { describeMachine, formatMachine } from './report/machine.ts'
import { formatTable } from './report/table.ts'
import { runBench } from './run-bench.ts'

const USAGE = `npm run bench
npm run bench -- [--quick] [--workloads <names>] [--systems <names>]
npm run bench -- <name> [--quick] [--json] [--profile <directory>]

Without a name it runs the workloads of the comparison with other engines, beside their floors alone, and puts the figures into docs/PERFORMANCE.md,
unless it runs only some of them. Others, by name:

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`).join('\n')}

  --quick               fewer rounds, smaller sizes: a first impression
  --json                one JSON object as the last line of stdout
  --profile <directory> a .cpuprofile of each process`

function usageError(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}\n`)
  process.exit(2)
}

function readArguments(): { name: string; effort: Effort; json: boolean; profile: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, profile: { type: 'string' } },
    })
    const [name, ...others] = positionals
    if (name === undefined || others.length > 0) return usageError('One benchmark at a time.')
    return { name, effort: values.quick ? 'quick' : 'full', json: values.json ?? false, profile: values.profile }
  } catch (error) {
    return usageError((error as Error).message)
  }
}

async function runNamed(): Promise<void> {
  const { name, effort, json, profile } = readArguments()
  const bench = BENCHES.find((candidate) => candidate.name === name) ?? usageError(`There is no benchmark "${name}".`)
  const machine = describeMachine()
  process.stdout.write(`${bench.name}: ${bench.summary}\n${formatMachine(machine)}${effort === 'full' ? '' : `, ${effort}`}\n`)
  // Children inherit both. What is measured is what is published: running from source costs closures their names.
  process.env.SAVEPOINT_BENCH_BUILT = '1'
  if (profile !== undefined) process.env.BENCH_PROFILE_DIRECTORY = profile
  const tables = await profiled('main', () => runBench(bench, effort, (text) => process.stderr.write(`  ${text}\n`)))
  for (const table of tables) process.stdout.write(`\n${formatTable(table)}\n`)
  for (const failure of tables.flatMap(({ failures = [] }) => failures)) {
    process.stdout.write(`\nFAILED: ${failure}\n`)
    process.exitCode = 1
  }
  if (json) process.stdout.write(`\n${JSON.stringify(jsonReport(bench.name, effort, machine, tables))}\n`)
}

/** The workloads of the comparison. */
async function runWorkloads(args: readonly string[]): Promise<void> {
  const file = await runComparison(OWN_ENTRANTS, 'npm run bench --', args)
  if (file !== undefined) writePerformancePage('floors', file)
}

const args = process.argv.slice(2)
if (args.includes('--help')) process.stdout.write(`${USAGE}\n`)
else if (args[0]?.startsWith('--') === false) await runNamed()
else await runWorkloads(args)
