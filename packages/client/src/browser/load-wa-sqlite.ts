// @ts-expect-error the build has no types
import factory from '@journeyapps/wa-sqlite/dist/wa-sqlite.mjs'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

/**
 * Instantiates the synchronous build of wa-sqlite where there is no Node.
 * @param url where its wasm is; by default, where the bundler has put it
 */
export async function loadWaSqlite(url?: string): Promise<WaSqliteModule> {
  return await factory(url === undefined ? {} : { locateFile: () => url })
}
