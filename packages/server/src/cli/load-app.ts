import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Mutators, Schema } from '@savepoint/core'
import type { ServerDefinition } from '../create-server.ts'
import { nearest } from './nearest.ts'
import { UsageError } from './usage-error.ts'

/** What an app's module exports. */
type AppModule = Pick<ServerDefinition, 'schema' | 'mutators' | 'serverMutators' | 'authorize' | 'afterCommit'>

type Exports = { readonly [name: string]: unknown }

const FUNCTIONS = ['authorize', 'afterCommit'] as const
const NAMES = ['schema', 'mutators', 'serverMutators', ...FUNCTIONS] as const

/**
 * The app that a module exports by name. TypeScript is loaded by tsx, if the working directory or the module has it, else by Node
 * itself, if it can.
 *
 * @throws (rejects) UsageError if it cannot be loaded, or something is missing
 */
export async function loadApp(path: string): Promise<AppModule> {
  if (!existsSync(path))
    throw new UsageError(`There is no module ${path}; "app" names the module that exports the app's schema and mutators`)
  const exported = withDefault(await importModule(path))
  const problems: string[] = []
  if (!isSchema(exported.schema)) problems.push(missing('schema', exported, 'what defineSchema returns'))
  if (!isMutators(exported.mutators)) problems.push(missing('mutators', exported, 'what defineMutators returns'))
  if (exported.serverMutators !== undefined && !isObject(exported.serverMutators))
    problems.push('serverMutators: it is no object of mutators')
  for (const name of FUNCTIONS)
    if (exported[name] !== undefined && typeof exported[name] !== 'function') problems.push(`${name}: it is no function`)
  for (const name of Object.keys(exported)) {
    const meant = NAMES.find((one) => one === nearest(name, NAMES) && exported[one] === undefined)
    // A misspelt authorize would let everyone in.
    if (meant !== undefined) problems.push(`${name}: did you mean "${meant}"?`)
  }
  if (problems.length > 0)
    throw new UsageError(`The app's module ${path} cannot be served:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  return Object.fromEntries(
    NAMES.filter((name) => exported[name] !== undefined).map((name) => [name, exported[name]]),
  ) as unknown as AppModule
}

/** A CommonJS module is a default export as a whole; what is exported by name comes first. */
function withDefault(exported: Exports): Exports {
  const { default: inner, ...named } = exported
  return isObject(inner) ? { ...inner, ...named } : named
}

function missing(name: string, exported: Exports, what: string): string {
  const names = Object.keys(exported).join(', ') || 'nothing'
  return exported[name] === undefined ? `${name}: it is missing, and is ${what}; the module exports ${names}` : `${name}: it is not ${what}`
}

function isSchema(value: unknown): value is Schema {
  return isObject(value) && typeof value.name === 'string' && typeof value.hash === 'string' && typeof value.sql === 'string'
}

function isMutators(value: unknown): value is Mutators {
  return isObject(value) && isObject(value.definitions)
}

async function importModule(path: string): Promise<Exports> {
  try {
    // Before anything is tried: what could not be loaded once, Node does not try again.
    const tsx = isTypeScript(path) ? resolveTsx(path) : undefined
    if (tsx !== undefined) await import(pathToFileURL(tsx).href)
    return await import(pathToFileURL(path).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new UsageError(
        `Node ${process.versions.node} does not load TypeScript (${path}): install tsx (npm install tsx), use Node 22.18 or newer, or compile it`,
      )
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new UsageError(`${path} cannot be loaded: ${stack}`, { cause: error })
  }
}

function isTypeScript(path: string): boolean {
  return /^\.[cm]?tsx?$/.test(extname(path))
}

/** As the working directory finds it, or else the module. */
function resolveTsx(path: string): string | undefined {
  for (const from of [resolve('module.js'), path]) {
    try {
      return createRequire(from).resolve('tsx')
    } catch {
      // Then from the next place.
    }
  }
  return undefined
}

function isObject(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null
}
