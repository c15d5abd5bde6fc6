import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Schema } from '@savepoint/core'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { BackupError } from '../backup/backup-error.ts'
import { verifyBackups } from '../backup/verify-backups.ts'
import { type RoomFindings, verifyRoom } from '../backup/verify-room.ts'
import { findRoom, listRooms } from '../node/list-rooms.ts'
import { checkDirectory } from './check-directory.ts'
import type { VerifyCommand } from './command-line.ts'
import type { ServerConfig } from './config.ts'
import { loadApp } from './load-app.ts'

/** Checks rooms, and tells what is wrong with each. Returns the exit code. */
export async function verifyCommand({ from, room }: VerifyCommand, { app, directory }: ServerConfig): Promise<number> {
  const {
    app: { schema },
  } = await loadApp(app)
  if (from === undefined) checkDirectory(directory)
  const all = from === undefined ? verifyDirectory(directory, room, schema) : verifyBackups(resolve(from), room, schema)
  let [rooms, unsound] = [0, 0]
  for await (const findings of all) {
    rooms++
    if (findings.problems.length > 0) unsound++
    tell(findings)
  }
  const counted = `${rooms} ${rooms === 1 ? 'room' : 'rooms'} checked`
  if (unsound === 0) console.log(`${counted}, all sound`)
  else
    console.error(
      `${counted}, ${unsound} of them damaged. Restore these from a backup: savepoint-server restore --from <directory> --room <name> --force`,
    )
  return unsound === 0 ? 0 : 1
}

async function* verifyDirectory(directory: string, room: string | undefined, schema: Schema): AsyncGenerator<RoomFindings> {
  const found = room === undefined ? undefined : findRoom(directory, room)
  if (room !== undefined && found === undefined) throw new BackupError('no-room', `There is no room "${room}" in ${directory}.`)
  for (const { room: name, path, problem } of found ? [found] : listRooms(directory, openBetterSqlite3)) {
    if (problem !== undefined) yield { ...UNKNOWN, room: path, problems: [`The file cannot be read: ${problem}`] }
    else if (name !== undefined && existsSync(path)) yield await verifyRoom({ room: name, path, schema })
  }
}

const UNKNOWN = { version: 0, digest: '', clients: 0, replayedFrom: null }

function tell({ room, version, digest, clients, replayedFrom, problems }: RoomFindings): void {
  if (problems.length > 0) return console.error([`${room}: DAMAGED`, ...problems.map((problem) => `  ${problem}`)].join('\n'))
  const log = replayedFrom === null ? 'the log agrees with the rows' : `the log replayed from version ${replayedFrom} gives the same`
  console.log(`${room}: version ${version}, digest ${digest}, ${clients} ${clients === 1 ? 'client' : 'clients'}; ${log}`)
}
