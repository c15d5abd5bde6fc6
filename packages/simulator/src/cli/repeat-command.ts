import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readCase } from '../cases/case-files.ts'
import { contentsOf } from '../scenario/contents-of.ts'
import { generateScenario } from '../scenario/generate-scenario.ts'
import { Stage } from '../stage/stage.ts'
import { type RepeatCommand, UsageError } from './command-line.ts'
import { asUsage, readInput } from './read-input.ts'
import { repeatLine } from './repeat-line.ts'

/** Makes one run again, and tells all of it. Returns the exit code. */
export async function repeatCommand({ module, what, report, everything }: RepeatCommand): Promise<number> {
  const { app, search, checks } = await readInput(module)
  const path = what.endsWith('.json') ? resolve(what) : undefined
  if (path !== undefined && !existsSync(path)) throw new UsageError(`There is no case ${path}`)
  const scenario = path === undefined ? generateScenario(app, search.options, what) : asUsage(() => readCase(path, app)).scenario
  const stage = await Stage.open(app, checks)
  try {
    const simulation = await stage.simulation(scenario)
    for (const line of simulation.timeline({ everything })) console.log(line)
    console.log('')
    console.log(`${contentsOf(simulation.scenario)}; seed ${JSON.stringify(scenario.seed)}, trace ${simulation.traceHash}`)
    if (report !== undefined) {
      writeFileSync(report, simulation.report({ command: repeatLine(module, { seed: scenario.seed, saved: path }) }))
      console.log(`A page about it: ${report}`)
    }
    return simulation.violation === null ? 0 : 1
  } finally {
    await stage.close()
  }
}
