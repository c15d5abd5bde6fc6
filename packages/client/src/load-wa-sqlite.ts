import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

const BUILD = '@journeyapps/wa-sqlite/dist/wa-sqlite'

const LONG_MS = 1_000_000

/** Instantiates the synchronous build of wa-sqlite. Each call gives a module, and so a heap, of its own. */
export async function loadWaSqlite(): Promise<WaSqliteModule> {
  const { resolve } = createRequire(import.meta.url)
  const { default: factory } = (await import(pathToFileURL(resolve(`${BUILD}.mjs`)).href)) as {
    default(options: { wasmBinary: Uint8Array }): Promise<WaSqliteModule>
  }
  const wasmBinary = await readFile(resolve(`${BUILD}.wasm`))
  // While nothing else is under way, Node goes on only once V8 has no work left in the background: what follows would wait some 100 ms
  // until functions that are used much are compiled anew.
  const awake = setInterval(() => {}, LONG_MS)
  try {
    return await factory({ wasmBinary })
  } finally {
    clearInterval(awake)
  }
}
