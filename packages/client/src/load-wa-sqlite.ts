import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

const BUILD = '@journeyapps/wa-sqlite/dist/wa-sqlite'

/** Instantiates the synchronous build of wa-sqlite. Each call gives a module, and so a heap, of its own. */
export async function loadWaSqlite(): Promise<WaSqliteModule> {
  const { resolve } = createRequire(import.meta.url)
  const { default: factory } = (await import(pathToFileURL(resolve(`${BUILD}.mjs`)).href)) as {
    default(options: { wasmBinary: Uint8Array }): Promise<WaSqliteModule>
  }
  return factory({ wasmBinary: await readFile(resolve(`${BUILD}.wasm`)) })
}
