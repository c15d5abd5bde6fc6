// @ts-expect-error the build has no types
import factory from '@journeyapps/wa-sqlite/dist/wa-sqlite.mjs'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

/**
 * Instantiates the synchronous build of wa-sqlite.
 * @param wasm its bytes; without them, they are fetched from where the bundler has put them
 */
export async function loadWaSqlite(wasm?: ArrayBuffer): Promise<WaSqliteModule> {
  // A script that is no module does not know where it is, and so must not be asked where the wasm would be.
  return await factory(wasm === undefined ? {} : { wasmBinary: wasm, locateFile: (path: string) => path })
}
