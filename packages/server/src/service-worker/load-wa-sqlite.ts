// @ts-expect-error the build has no types
import factory from '@journeyapps/wa-sqlite/dist/wa-sqlite.mjs'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

/**
 * Instantiates the synchronous build of wa-sqlite.
 * @param wasm its bytes; without them, they are fetched from where the bundler has put them
 */
export async function loadWaSqlite(wasm?: ArrayBuffer): Promise<WaSqliteModule> {
  return await factory(wasm === undefined ? {} : { wasmBinary: wasm })
}
