import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineMutators, type Schema } from '@savepoint/core'
import { backUpBetterSqlite3, openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { EmbeddedLog } from '../log/embedded-log.ts'
import { roomFile } from '../node/room-files.ts'
import { RoomDatabase } from '../room/room-database.ts'
import { checkClients, checkLog } from './check-log.ts'
import { differingRows } from './differing-rows.ts'
import { fileProblems } from './file-problems.ts'
import { replayLog } from './replay-log.ts'

interface VerifyOptions {
  /** The room's file; it may be in use, and is only read. */
  readonly path: string
  readonly room: string
  readonly schema: Schema
  /** An older copy of the room to replay the log on, where it does not reach back to the start. */
  readonly base?: { readonly path: string; readonly version: number } | undefined
}

/** What was found in one room. */
export interface RoomFindings {
  readonly room: string
  readonly version: number
  readonly digest: string
  readonly clients: number
  /** The version from which on the log was replayed, with the recorded digests on the way; null if there was nothing to start from. */
  readonly replayedFrom: number | null
  /** What is wrong, a sentence each; none if all is sound. */
  readonly problems: readonly string[]
}

/**
 * Checks a room's file: SQLite's own checks, the digest by reading every row, the log's and the clients' records, and whether the log
 * leads to the content. It works on copies in the system's temporary directory, so that a server may be at work meanwhile.
 */
export async function verifyRoom(options: VerifyOptions): Promise<RoomFindings> {
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-verify-'))
  const nothing = { room: options.room, version: 0, digest: '', clients: 0, replayedFrom: null }
  try {
    const path = join(directory, 'room.db')
    await backUpBetterSqlite3(options.path, path)
    const damage = fileProblems(path)
    try {
      const found = verifyCopy(options, path, join(directory, 'replayed.db'))
      return { ...found, problems: [...damage, ...found.problems] }
    } catch (error) {
      return { ...nothing, problems: [...damage, (error as Error).message] }
    }
  } catch (error) {
    return { ...nothing, problems: [`The file cannot be read: ${(error as Error).message}`] }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function verifyCopy(options: VerifyOptions, path: string, scratch: string): RoomFindings {
  const { room, schema, base } = options
  const database = openDatabase(room, schema, path)
  try {
    const { meta } = database
    // It was made, and nothing was ever committed to it.
    if (meta.get('digest') === undefined) return { room, version: 0, digest: '', clients: 0, replayedFrom: 0, problems: [] }
    const [version, floor, digest] = [Number(meta.get('version')), Number(meta.get('floor') ?? 0), meta.get('digest') ?? '']
    const log = new EmbeddedLog(database.writer, database.reader)
    const scanned = database.synced.scanDigest().toString()
    const problems = [...checkLog(database.reader, { version, floor, digest }), ...checkClients(database.reader, floor)]
    const start = floor === 0 ? { version: 0 } : base
    if (start !== undefined && problems.length === 0) {
      const problem = replay(options, {
        log,
        path: scratch,
        from: start.version,
        base: floor === 0 ? undefined : base?.path,
        to: { version, digest },
      })
      if (problem !== null) problems.push(problem)
    }
    if (scanned !== digest)
      problems.push(`The rows have digest ${scanned}, and the room says ${digest}: they were changed by another hand.`)
    // Rows with the recorded digest, which the log was replayed to, are the log's.
    if (scanned !== digest || (start === undefined && problems.length === 0))
      problems.push(...differingRows(database, log, { from: floor, to: version }))
    const clients = Number(database.reader.prepare('SELECT count(*) FROM _savepoint_clients').exact()[0]?.[0])
    return { room, version, digest, clients, replayedFrom: start?.version ?? null, problems }
  } finally {
    database.close()
  }
}

interface Replay {
  readonly log: EmbeddedLog
  /** Of the database that is made for it. */
  readonly path: string
  readonly base: string | undefined
  readonly from: number
  readonly to: { readonly version: number; readonly digest: string }
}

/** What keeps the log from leading to the content, or null. */
function replay({ room, schema }: VerifyOptions, { log, path, base, from, to }: Replay): string | null {
  if (base !== undefined) copyFileSync(base, path)
  const database = openDatabase(room, schema, path)
  try {
    replayLog(database, log, { from, to: to.version, epoch: '' })
    const digest = database.digest.toString()
    return digest === to.digest ? null : `The log leads from version ${from} to rows with digest ${digest}, and the room says ${to.digest}.`
  } catch (error) {
    return (error as Error).message
  } finally {
    database.close()
  }
}

/** It is thrown away afterwards, so nothing has to be flushed. */
function openDatabase(room: string, schema: Schema, path: string): RoomDatabase {
  const database = RoomDatabase.open({ name: room, schema, mutators: defineMutators({}), storage: roomFile(path, openBetterSqlite3) })
  database.writer.exec('PRAGMA synchronous = OFF')
  return database
}
