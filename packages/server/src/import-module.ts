import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export type Exports = { readonly [name: string]: unknown }

/**
 * What the module at an address exports. TypeScript is loaded by tsx, if the working directory or the module has it, else by Node
 * itself, if it can.
 *
 * @throws (rejects) TypeError if it is TypeScript and nothing loads that; else what its import throws
 */
export async function importModule(address: string): Promise<Exports> {
  if (needsLoader(address)) await registerTsx(address)
  try {
    return withDefault((await import(address)) as Exports)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw cause
    throw new TypeError(
      `Node ${process.versions.node} does not load TypeScript (${fileURLToPath(address)}): install tsx (npm install tsx), use Node 22.18 or newer, or compile it`,
      { cause },
    )
  }
}

/** A CommonJS module is a default export as a whole; what is exported by name comes first. */
function withDefault(exported: Exports): Exports {
  const { default: inner, ...named } = exported
  return typeof inner === 'object' && inner !== null ? { ...(inner as Exports), ...named } : named
}

/** From source, in development and tests, the loader that runs this very file is there. */
function needsLoader(address: string): boolean {
  const isTypeScript = /\.[cm]?tsx?$/.test(new URL(address).pathname)
  return isTypeScript && !import.meta.url.endsWith('.ts') && !process.execArgv.some((argument) => argument.includes('tsx'))
}

/** Before anything is tried: what could not be loaded once, Node does not try again. */
async function registerTsx(address: string): Promise<void> {
  const from = [pathToFileURL(resolve('module.js')).href, address].find(hasTsx)
  if (from === undefined) return
  for (const kind of ['cjs', 'esm'] as const) {
    const { register } = (await import(tsxApi(from, kind))) as { register(): void }
    register()
  }
}

/**
 * Where tsx is that loads modules of a kind, as seen from a module. What `require` finds of it works only where it is required, so it is
 * told by where the package's main module is.
 *
 * @throws Error if it is not there
 */
export function tsxApi(from: string, kind: 'cjs' | 'esm'): string {
  return new URL(`./${kind}/api/index.mjs`, pathToFileURL(createRequire(from).resolve('tsx'))).href
}

function hasTsx(from: string): boolean {
  try {
    tsxApi(from, 'esm')
    return true
  } catch {
    return false
  }
}
