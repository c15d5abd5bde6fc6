import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { openBetterSqlite3 } from '../better-sqlite3.ts'
import { MemoryFile, mountFiles, openWaSqlite, type WaSqliteModule } from '../wa-sqlite.ts'
import { clearWalMark } from './database-image.ts'
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

/** On files, in the modes in which a browser's are used. */
function openOnFiles(module: WaSqliteModule, bytes?: Uint8Array): Driver {
  const files = new Map(['test.db', 'test.db-wal', 'test.db-journal'].map((name) => [name, new MemoryFile()]))
  if (bytes !== undefined) {
    const image = bytes.slice()
    clearWalMark(image)
    files.get('test.db')?.write(image, { at: 0 })
  }
  const driver = openWaSqlite(module, { filename: 'test.db', files: mountFiles(module, files) })
  try {
    driver.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF')
  } catch (error) {
    driver.close()
    throw error
  }
  return driver
}

export const journeyappsOnFiles: Engine = {
  name: '@journeyapps/wa-sqlite on files',
  open: async (bytes) => openOnFiles(await journeyappsModule(), bytes),
}

export const plainOnFiles: Engine = {
  name: 'wa-sqlite on files',
  open: async (bytes) => openOnFiles(await plainModule(), bytes),
}

export const engines: readonly Engine[] = [betterSqlite3, journeyappsWaSqlite, plainWaSqlite]
