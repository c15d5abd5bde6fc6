import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { openBetterSqlite3 } from '../better-sqlite3.ts'
import { openWaSqlite, type WaSqliteModule } from '../wa-sqlite.ts'
import type { Driver } from './driver.ts'

const require = createRequire(import.meta.url)

/** Loads one module for all databases of a test file, as an app does. */
function loadOnce(build: string): () => Promise<WaSqliteModule> {
  let module: Promise<WaSqliteModule> | undefined
  return () => {
    module ??= load(build)
    return module
  }
}

async function load(build: string): Promise<WaSqliteModule> {
  const { default: factory } = await import(pathToFileURL(require.resolve(`${build}.mjs`)).href)
  return factory({ wasmBinary: readFileSync(require.resolve(`${build}.wasm`)) })
}

export const journeyappsModule = loadOnce('@journeyapps/wa-sqlite/dist/wa-sqlite')
export const plainModule = loadOnce('wa-sqlite/dist/wa-sqlite')

export interface Engine {
  readonly name: string
  /** Opens a database in memory: an empty one, or on the image of a file. */
  open(bytes?: Uint8Array): Promise<Driver>
}

export const betterSqlite3: Engine = {
  name: 'better-sqlite3',
  open: async (bytes) => openBetterSqlite3(':memory:', bytes ? { bytes } : {}),
}

export const journeyappsWaSqlite: Engine = {
  name: '@journeyapps/wa-sqlite',
  open: async (bytes) => openWaSqlite(await journeyappsModule(), bytes ? { bytes } : {}),
}

export const plainWaSqlite: Engine = {
  name: 'wa-sqlite',
  open: async (bytes) => openWaSqlite(await plainModule(), bytes ? { bytes } : {}),
}

export const engines: readonly Engine[] = [betterSqlite3, journeyappsWaSqlite, plainWaSqlite]
