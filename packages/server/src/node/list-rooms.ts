import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Driver } from '@savepoint/sqlite'
import { RoomMeta } from '../room/room-meta.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { roomPaths } from './room-files.ts'

/** A room's file in a data directory. */
export interface ListedRoom {
  /** Undefined if the file does not tell it. */
  readonly room?: string
  readonly path: string
  /** Why the file does not tell; not there if nothing was ever committed to it. */
  readonly problem?: string
}

/** All rooms of a data directory, by their files; they may be in use. */
export function* listRooms(directory: string, open: (path: string, options: { readonly: boolean }) => Driver): Generator<ListedRoom> {
  for (const group of names(directory, /^[0-9a-f]{2}$/)) {
    for (const rest of names(join(directory, group), /^[0-9a-f]{62}$/)) {
      const path = join(directory, group, rest, 'room.db')
      if (existsSync(path)) yield inPlace(directory, { path, ...readName(path, open) })
    }
  }
}

/** A file that was copied to another room's place would be taken for the room itself. */
function inPlace(directory: string, listed: ListedRoom): ListedRoom {
  const { room, path } = listed
  if (room === undefined || roomPaths(directory, room).database === path) return listed
  return { path, problem: `it is the file of the room "${room}", in another's place` }
}

/** One room of a data directory, or undefined if it has no file. */
export function findRoom(directory: string, room: string): ListedRoom | undefined {
  const path = roomPaths(directory, checkRoomName(room)).database
  return existsSync(path) ? { room, path } : undefined
}

function readName(path: string, open: (path: string, options: { readonly: boolean }) => Driver): Omit<ListedRoom, 'path'> {
  let driver: Driver | undefined
  try {
    driver = open(path, { readonly: true })
    const tables = driver.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_savepoint_meta'").get()
    const room = tables && new RoomMeta(driver).get('room')
    return room === undefined ? {} : { room }
  } catch (error) {
    return { problem: (error as Error).message }
  } finally {
    driver?.close()
  }
}

function names(directory: string, pattern: RegExp): string[] {
  return readdirSync(directory)
    .filter((name) => pattern.test(name))
    .sort()
}
