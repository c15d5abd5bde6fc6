import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeScenario, type Scenario, type SimulatedApp } from '@savepoint/simulator'
import { APPS } from '../apps/apps.ts'
import type { BatchFailure } from './batch.ts'

/** Each app's cases are in a folder of its name. */
const REGRESSIONS = fileURLToPath(new URL('../../regressions/', import.meta.url))

/** A run that failed once, and the app that it is of. */
interface RegressionCase {
  readonly app: SimulatedApp
  readonly scenario: Scenario
}

/** @throws TypeError if it is none: the message says why */
export function readCase(path: string): RegressionCase {
  const name = basename(dirname(resolve(path)))
  const app = APPS[name]
  if (app === undefined) throw new TypeError(`${path} is in no folder of an app, which would be one of ${Object.keys(APPS).join(', ')}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new TypeError(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  return { app, scenario: decodeScenario(text, app) }
}

/** Keeps the least that still fails as a case, if it is known. Returns its path from here. */
export function saveFailure({ app, checker, scenario }: BatchFailure): string | undefined {
  if (scenario === undefined) return undefined
  const folder = join(REGRESSIONS, app)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${checker}-${createHash('sha256').update(scenario).digest('hex').slice(0, 8)}.json`)
  writeFileSync(path, scenario)
  return relative(process.cwd(), path)
}
