import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConvergenceOptions } from '../convergence-options.ts'
import { UsageError } from './command-line.ts'

type Exports = { readonly [name: string]: unknown }

/**
 * The simulation that a module exports, as `expectConvergence` takes it. TypeScript is loaded by tsx, if
 * the working directory has it, else by Node itself, if it can.
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
  try {
    // Before anything is tried: what could not be loaded once, Node does not try again.
    const tsx = isTypeScript(path) ? resolveTsx(path) : undefined
    if (tsx !== undefined) await import(pathToFileURL(tsx).href)
    return await import(pathToFileURL(path).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new UsageError(
        `Node ${process.versions.node} does not load TypeScript (${path}): install tsx here (npm install --save-dev tsx), or use Node 22.18 or newer`,
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
