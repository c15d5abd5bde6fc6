import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ServerApp } from '../define-app.ts'
import type { Authorize } from '../doors/authorize.ts'
import { type Exports, importModule } from '../import-module.ts'
import { type Retention, readRetention } from '../retention.ts'
import { nearest } from './nearest.ts'
import { UsageError } from './usage-error.ts'

/** What an app's module exports. Each thread of rooms imports it by itself, for the app alone. */
interface AppModule {
  readonly app: ServerApp
  /** Who may do what. Default: everyone may read, push and create. */
  readonly authorize?: Authorize
}

const NAMES = ['app', 'authorize'] as const
const APP_NAMES = ['schema', 'mutators', 'serverMutators', 'afterCommit', 'retention'] as const

/** What only the app is asked for; clients may import its schema and mutators from the same module. */
const ONLY_IN_APP = ['serverMutators', 'afterCommit', 'retention'] as const

/**
 * Loads an app's module.
 * @throws (rejects) UsageError if it cannot be loaded, or with all that is missing or misspelt
 */
export async function loadApp(path: string): Promise<AppModule> {
  if (!existsSync(path)) throw new UsageError(`There is no module ${path}; "app" names the module that exports the app`)
  const exported = await load(path)
  const { app, authorize } = exported
  const problems = [
    ...(isObject(app) ? problemsOf(app, exported) : [missing('app', exported, 'what defineApp returns', 'the module exports')]),
  ]
  if (authorize !== undefined && typeof authorize !== 'function') problems.push('authorize: it is no function')
  problems.push(...misspelt(exported, NAMES, ''))
  if (problems.length > 0)
    throw new UsageError(`The app's module ${path} cannot be served:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  return { app: app as unknown as ServerApp, ...(authorize !== undefined && { authorize: authorize as Authorize }) }
}

async function load(path: string): Promise<Exports> {
  try {
    return await importModule(pathToFileURL(path).href)
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new UsageError(`${path} cannot be loaded: ${stack}`, { cause: error })
  }
}

function problemsOf(app: Exports, exported: Exports): string[] {
  const { schema, mutators, serverMutators, afterCommit, retention, authorize } = app
  const problems: string[] = []
  if (!isSchema(schema)) problems.push(`app.${missing('schema', app, 'what defineSchema returns', 'the app has')}`)
  if (!isMutators(mutators)) problems.push(`app.${missing('mutators', app, 'what defineMutators returns', 'the app has')}`)
  if (serverMutators !== undefined && !isObject(serverMutators)) problems.push('app.serverMutators: it is no object of mutators')
  if (afterCommit !== undefined && typeof afterCommit !== 'function') problems.push('app.afterCommit: it is no function')
  problems.push(...problemsOfRetention(retention))
  problems.push(...misspelt(app, APP_NAMES, 'app.'))
  // What nobody looks at would let everyone in, or never run.
  if (authorize !== undefined)
    problems.push('app.authorize: it is asked at the doors and not in rooms; export it from the module, beside app')
  for (const name of ONLY_IN_APP)
    if (exported[name] !== undefined && app[name] === undefined) problems.push(`${name}: it is exported beside app; give it to defineApp`)
  return problems
}

function* misspelt(given: Exports, names: readonly string[], where: string): Iterable<string> {
  for (const name of Object.keys(given)) {
    const meant = names.includes(name) ? undefined : nearest(name, names)
    if (meant !== undefined && given[meant] === undefined) yield `${where}${name}: did you mean "${meant}"?`
  }
}

function missing(name: string, given: Exports, what: string, has: string): string {
  if (given[name] instanceof Promise) return `${name}: it is a promise, and has to be ${what}; await it`
  const names = Object.keys(given).join(', ') || 'nothing'
  return given[name] === undefined ? `${name}: it is missing, and is ${what}; ${has} ${names}` : `${name}: it is not ${what}`
}

function isSchema(value: unknown): boolean {
  return isObject(value) && typeof value.name === 'string' && typeof value.hash === 'string' && typeof value.sql === 'string'
}

function isMutators(value: unknown): boolean {
  return isObject(value) && isObject(value.definitions)
}

function problemsOfRetention(retention: unknown): string[] {
  if (retention === undefined) return []
  if (!isObject(retention)) return ['app.retention: it is no object']
  try {
    readRetention(retention as Partial<Retention>)
    return []
  } catch (error) {
    return [`app.${(error as Error).message}`]
  }
}

function isObject(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null && !(value instanceof Promise)
}
