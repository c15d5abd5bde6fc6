import { type Mutators, type RoomPosition, SavepointError, type Schema } from '@savepoint/core'
import { Digest, type Driver, type Statement, SyncedDatabase } from '@savepoint/sqlite'
import { ClientRecords, prepareFindClient, prepareRecentClients } from './client-records.ts'
import { createEngineTables, FORMAT_VERSION, RoomMeta } from './room-meta.ts'
import type { RoomStorage } from './room-storage.ts'

/** Pages of the write-ahead log before they are moved into the database: 16 MB, so that a page changed often is moved once. */
const WAL_PAGES_MAX = 4000

/**
 * Where there is no shared memory (SQLite in WebAssembly), there is no WAL but a rollback journal. The journal's removal is
 * what commits, and EXTRA flushes it too; with WAL, EXTRA is FULL. And a batch that spilled would lock the reader out.
 *
 * Each statement of a mutator that writes keeps the pages it changes, to take them back if it fails. In a file, where they go from
 * 64 KB on, that took an eighth of a batch's time; so what is temporary stays in memory, as what is changed does.
 */
const PRAGMAS = `PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = EXTRA; PRAGMA cache_spill = OFF;
  PRAGMA wal_autocheckpoint = ${WAL_PAGES_MAX}; PRAGMA foreign_keys = ON`

export interface RoomDatabaseOptions {
  readonly name: string
  readonly schema: Schema
  readonly mutators: Mutators
  readonly storage: RoomStorage
}

/**
 * A room's database with its two connections: one that writes, and one that reads what is committed while the other may
 * be in the middle of a batch.
 */
export class RoomDatabase {
  readonly writer: Driver
  readonly reader: Driver
  readonly synced: SyncedDatabase
  readonly clients: ClientRecords
  readonly findCommittedClient: ReturnType<typeof prepareFindClient>
  readonly recentClients: ReturnType<typeof prepareRecentClients>
  readonly meta: RoomMeta
  /** There was no such room before. */
  readonly isNew: boolean
  digest: Digest
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  readonly #pageCount: Statement
  readonly #pageSize: Statement

  /** @throws SavepointError `schema-mismatch` or `bad-room` if the file is another's; nothing is changed then. */
  static open({ name, schema, mutators, storage }: RoomDatabaseOptions): RoomDatabase {
    const writer = storage.openWriter()
    try {
      writer.exec(PRAGMAS)
      createEngineTables(writer)
      const meta = new RoomMeta(writer)
      const isNew = meta.get('format') === undefined
      checkFile(meta, name, schema)
      const synced = SyncedDatabase.open(writer, schema, mutators)
      return new RoomDatabase(writer, storage.openReader(), synced, meta, isNew)
    } catch (error) {
      writer.close()
      throw error
    }
  }

  private constructor(writer: Driver, reader: Driver, synced: SyncedDatabase, meta: RoomMeta, isNew: boolean) {
    this.writer = writer
    this.reader = reader
    this.synced = synced
    this.meta = meta
    this.isNew = isNew
    this.clients = new ClientRecords(writer)
    this.findCommittedClient = prepareFindClient(reader)
    this.recentClients = prepareRecentClients(reader)
    const digest = meta.get('digest')
    this.digest = digest === undefined ? synced.scanDigest() : Digest.parse(digest)
    this.#begin = writer.prepare('BEGIN IMMEDIATE')
    this.#commit = writer.prepare('COMMIT')
    this.#rollback = writer.prepare('ROLLBACK')
    this.#pageCount = reader.prepare('PRAGMA page_count')
    this.#pageSize = reader.prepare('PRAGMA page_size')
  }

  begin(): void {
    this.#begin.run()
  }

  commit(): void {
    this.#commit.run()
  }

  /** Takes back the open transaction, with the digest that was before it. Harmless if SQLite has done so already. */
  rollBack(digest: Digest): void {
    if (this.writer.inTransaction) this.#rollback.run()
    this.synced.rolledBack()
    this.digest = digest
  }

  /** Bytes of the database, with the engine's tables and its log. */
  get bytes(): number {
    return Number(this.#pageCount.exact()[0]?.[0]) * Number(this.#pageSize.exact()[0]?.[0])
  }

  /** Writes down where the room stands, in the open transaction. */
  savePosition({ epoch, version, digest }: RoomPosition): void {
    this.meta.set('version', version)
    this.meta.set('digest', digest)
    if (version === 0) this.meta.set('epoch', epoch)
  }

  close(): void {
    this.reader.close()
    this.synced.close()
  }
}

function checkFile(meta: RoomMeta, name: string, schema: Schema): void {
  const format = meta.get('format')
  if (format === undefined) {
    meta.set('room', name)
    meta.set('schemaName', schema.name)
    meta.set('schemaVersion', schema.version)
    meta.set('schemaHash', schema.hash)
    meta.set('format', FORMAT_VERSION)
    return
  }
  if (Number(format) !== FORMAT_VERSION) {
    throw new SavepointError(
      'unavailable',
      `The room's file has format ${format}, this server reads ${FORMAT_VERSION}. It was left as it is; run the release that wrote it.`,
    )
  }
  if (meta.get('room') !== name) {
    throw new SavepointError(
      'bad-room',
      `The file found for room "${name}" is another room's. It was left as it is; check the data directory.`,
    )
  }
  if (meta.get('schemaHash') !== schema.hash) {
    const theirs = `"${meta.get('schemaName')}" version ${meta.get('schemaVersion')}`
    throw new SavepointError(
      'schema-mismatch',
      `The room has schema ${theirs} (${meta.get('schemaHash')?.slice(0, 8)}), the server "${schema.name}" version ${schema.version} (${schema.hash.slice(0, 8)}). The room was left as it is; serve it with its own schema.`,
    )
  }
}
