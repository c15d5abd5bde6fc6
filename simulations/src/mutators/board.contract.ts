import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import {
  decodeData,
  encodeData,
  type MutationFailure,
  type MutatorArgs,
  type MutatorResult,
  type RowChange,
  type SqlParams,
} from '@savepoint/core'
import { Digest, type Driver, type MutationRunResult, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { type BoardAuth, mutators, schema } from '@savepoint-demo/mutators'

type Definitions = (typeof mutators)['definitions']
export type MutatorName = keyof Definitions

const require = createRequire(import.meta.url)
let wa: Promise<WaSqliteModule> | undefined

async function loadWaSqlite(): Promise<WaSqliteModule> {
  const path = require.resolve('@journeyapps/wa-sqlite/dist/wa-sqlite.mjs')
  const { default: factory } = await import(pathToFileURL(path).href)
  return factory({ wasmBinary: readFileSync(path.replace(/\.mjs$/, '.wasm')) })
}

/** The server's engine and the client's. */
export const engines: readonly { name: string; open(): Promise<Driver> }[] = [
  { name: 'better-sqlite3', open: async () => openBetterSqlite3(':memory:') },
  {
    name: 'wa-sqlite',
    open: async () => {
      wa ??= loadWaSqlite()
      return openWaSqlite(await wa)
    },
  },
]

/** A database that the demo's mutators run in, one after the other, as in a room. */
export class Board {
  now = Date.UTC(2025, 2, 14)
  auth: BoardAuth | undefined = { user: 'ada' }
  /** Kept up from what each mutation reports. */
  readonly digest = new Digest()
  changes: readonly RowChange[] = []
  readonly #database: SyncedDatabase
  #mutationID = 0

  private constructor(database: SyncedDatabase) {
    this.#database = database
  }

  static async open(engine: { open(): Promise<Driver> }): Promise<Board> {
    const database = SyncedDatabase.open(await engine.open(), schema, mutators)
    database.driver.exec('BEGIN')
    return new Board(database)
  }

  run(name: MutatorName, args: unknown): MutationRunResult {
    const mutationID = ++this.#mutationID
    const context = { location: 'server', reason: 'authoritative', auth: this.auth, now: this.now } as const
    const result = this.#database.run({ clientID: 'c', mutationID, name, args: encodeData(args), seed: `seed ${mutationID}`, ...context })
    this.changes = result.ok ? result.changes : []
    for (const change of this.changes) this.digest.change(change)
    return result
  }

  /** Runs a mutation that has to succeed. */
  do<Name extends MutatorName>(name: Name, ...[args]: MutatorArgs<Definitions[Name]>): MutatorResult<Definitions[Name]> {
    const result = this.run(name, args)
    if (!result.ok) throw new Error(`${name}: ${result.failure.code}: ${result.failure.message}`)
    return decodeData(result.value) as MutatorResult<Definitions[Name]>
  }

  /** Runs a mutation that has to fail, and leave nothing behind. */
  refuses<Name extends MutatorName>(name: Name, ...[args]: MutatorArgs<Definitions[Name]>): MutationFailure {
    const before = this.scan()
    const result = this.run(name, args)
    if (result.ok) throw new Error(`${name} has succeeded`)
    if (this.scan() !== before) throw new Error(`${name} has failed, and left something behind`)
    return result.failure
  }

  rows(sql: string, params?: SqlParams): unknown[][] {
    return this.#database.query(sql, params).map((row) => Object.values(row))
  }

  /** The digest by reading all rows. */
  scan(): string {
    return this.#database.scanDigest().toString()
  }

  close(): void {
    this.#database.close()
  }
}
