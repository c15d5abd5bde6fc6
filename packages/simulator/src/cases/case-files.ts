import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedApp } from '../app.ts'
import { decodeScenario, encodeScenario } from '../scenario/encode-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Run } from '../world/run-scenario.ts'

/** A run that failed once, and where it is kept. */
export interface Case {
  readonly path: string
  readonly scenario: Scenario
}

/**
 * The cases of a directory, by name: scenarios in `*.json`. A directory that does not exist has none.
 *
 * @throws TypeError if a file is no scenario, or does not fit the app: its message names the file and the field
 */
export function readCases(directory: string, app: SimulatedApp): Case[] {
  if (!existsSync(directory)) return []
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => readCase(join(directory, file), app))
}

/** @throws TypeError as {@link readCases} does */
export function readCase(path: string, app: SimulatedApp): Case {
  try {
    return { path, scenario: decodeScenario(readFileSync(path, 'utf8'), app) }
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
