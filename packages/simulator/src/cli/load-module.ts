import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConvergenceOptions } from '../convergence-options.ts'
import { UsageError } from './command-line.ts'

/** What Node says of a TypeScript file that it cannot load as it is: not at all, some of its syntax, or imports that only a compiler finds. */
const NEEDS_TSX = ['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX', 'ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']

type Exports = { readonly [name: string]: unknown }

/**
 * The simulation that a module exports, as `expectConvergence` takes it. TypeScript is loaded by Node itself where it can, else by
 * tsx, if the working directory has it.
 *
 * @throws (rejects) UsageError if it cannot be loaded, or exports none
 */
export async function loadSimulation(module: string): Promise<ConvergenceOptions> {
  const path = resolve(module)
  if (!existsSync(path)) throw new UsageError(`There is no module ${path}`)
  const exported = await importModule(path)
  const inner = isObject(exported.default) ? exported.default : {}
  // A CommonJS module is a default export as a whole.
  for (const value of [exported.simulation, inner.simulation, inner.default, exported.default])
    if (isObject(value) && Object.keys(value).length > 0) return value as unknown as ConvergenceOptions
  const names = Object.keys(exported).join(', ') || 'nothing'
  throw new UsageError(`${module} exports ${names}: it needs an export "simulation" (or a default one) with what expectConvergence takes`)
}

async function importModule(path: string): Promise<Exports> {
  const { href } = pathToFileURL(path)
  try {
    return await import(href)
  } catch (error) {
    const isTypeScript = /^\.[cm]?tsx?$/.test(extname(path)) || codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION'
    if (!isTypeScript || !NEEDS_TSX.includes(codeOf(error))) throw failed(path, error)
    await useTsx(path, error)
  }
  try {
    return await import(href)
  } catch (error) {
    throw failed(path, error)
  }
}

async function useTsx(path: string, error: unknown): Promise<void> {
  const tsx = resolveTsx(path)
  if (tsx === undefined) {
    if (codeOf(error) !== 'ERR_UNKNOWN_FILE_EXTENSION') throw failed(path, error)
    throw new UsageError(
      `Node ${process.versions.node} cannot load TypeScript (${path}): install tsx here (npm install --save-dev tsx), or use Node 22.18 or newer`,
    )
  }
  // Both: which of them loads a file depends on its package.
  for (const api of ['tsx/cjs/api', 'tsx/esm/api']) {
    const { register } = (await import(pathToFileURL(tsx.resolve(api)).href)) as { register(): unknown }
    register()
  }
}

/** As the working directory finds it, or else the module. */
function resolveTsx(path: string): NodeJS.Require | undefined {
  for (const from of [resolve('module.js'), path]) {
    const require = createRequire(from)
    try {
      require.resolve('tsx/esm/api')
      return require
    } catch {
      // Then from the next place.
    }
  }
  return undefined
}

function isObject(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | null)?.code ?? '')
}

function failed(path: string, error: unknown): UsageError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new UsageError(`${path} cannot be loaded: ${stack}`, { cause: error })
}
