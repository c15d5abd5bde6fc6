import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedApp } from '../app.ts'
import { decodeScenario, encodeScenario } from '../scenario/encode-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Run } from '../world/run-scenario.ts'

/**
 * The cases of a directory, by name: scenarios in `*.json`. A directory that does not exist has none.
 *
 * @throws TypeError if a file is no scenario, or does not fit the app: its message names the file and the field
 */
export function* readCases(directory: string, app: SimulatedApp): Iterable<Scenario> {
  for (const file of caseFiles(directory)) yield readCase(join(directory, file), app)
}

export function caseFiles(directory: string): string[] {
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((file) => file.endsWith('.json'))
        .sort()
    : []
}

export function readCase(path: string, app: SimulatedApp): Scenario {
  try {
    return decodeScenario(readFileSync(path, 'utf8'), app)
  } catch (error) {
    throw new TypeError(`${path} is no case of this app: ${(error as Error).message}`, { cause: error })
  }
}

/** Keeps a run's scenario as a case, named after the check that failed and the run. Returns its path. */
export function saveCase(directory: string, { scenario, violation, traceHash }: Run): string {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${violation?.checker ?? 'run'}-${traceHash.slice(0, 8)}.json`)
  writeFileSync(path, encodeScenario(scenario))
  return path
}
