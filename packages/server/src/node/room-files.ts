import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Driver } from '@savepoint/sqlite'
import type { RoomStorage } from '../room/room-storage.ts'

interface RoomPaths {
  readonly database: string
  readonly snapshots: string
}

/** Where a room lies: by the hash of its name, which can hold nothing that a file system minds, in directories of few. */
export function roomPaths(directory: string, room: string): RoomPaths {
  const hash = createHash('sha256').update(room).digest('hex')
  const folder = join(directory, hash.slice(0, 2), hash.slice(2))
  return { database: join(folder, 'room.db'), snapshots: join(folder, 'snapshots') }
}

/** A room's database as a file. */
export function roomFile(path: string, open: (path: string, options?: { readonly: boolean }) => Driver): RoomStorage {
  return {
    openWriter() {
      mkdirSync(dirname(path), { recursive: true })
      return open(path)
    },
    openReader: () => open(path, { readonly: true }),
    replace(image) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
      if (image !== null) writeFileSync(path, image)
    },
  }
}
