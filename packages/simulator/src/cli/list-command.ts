import { relative } from 'node:path'
import { readCases } from '../cases/case-files.ts'
import { contentsOf } from '../scenario/contents-of.ts'
import { Stage } from '../stage/stage.ts'
import type { ListCommand } from './command-line.ts'
import { asUsage, readInput } from './read-input.ts'

/** Tells what is in each saved case, and whether it still fails. Returns the exit code. */
export async function listCommand({ module, cases: given }: ListCommand): Promise<number> {
  const { app, search, checks } = await readInput(module, given === undefined ? {} : { cases: given })
  const directory = search.cases as string
  const cases = asUsage(() => readCases(directory, app))
  if (cases.length === 0) console.log(`There are no cases in ${relative('.', directory) || '.'}.`)
  const stage = await Stage.open(app, checks)
  try {
    for (const { path, scenario } of cases) {
      const { violation } = await stage.run(scenario)
      console.log(relative('.', path))
      console.log(`  ${contentsOf(scenario)}${faultsOf(scenario.actions)}`)
      console.log(violation === null ? '  holds now' : `  fails (${violation.checker}): ${violation.message}`)
    }
    return 0
  } finally {
    await stage.close()
  }
}

function faultsOf(actions: readonly { readonly do: string }[]): string {
  const kinds = new Set(actions.map((action) => action.do).filter((kind) => kind !== 'mutate'))
  return kinds.size === 0 ? '' : `: ${[...kinds].join(', ')}`
}
