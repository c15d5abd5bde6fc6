// @ts-expect-error the build has no types
import factory from '@journeyapps/wa-sqlite/dist/wa-sqlite.mjs'
import wasm from '@journeyapps/wa-sqlite/dist/wa-sqlite.wasm?url'
import type { WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'

let module: Promise<WaSqliteModule> | undefined

/** One engine for all clients of the page: each has databases of its own on it. */
export function loadSqlite(): Promise<WaSqliteModule> {
  module ??= factory({ locateFile: () => wasm }) as Promise<WaSqliteModule>
  return module
}
