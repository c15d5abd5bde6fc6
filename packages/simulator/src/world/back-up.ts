import { pathOf } from '../nodes/server-node.ts'
import type { World } from './world.ts'

/** The rooms' databases, as somebody copied them. */
type Backup = ReadonlyMap<string, Uint8Array>

/** Copies what is there of the rooms' databases. */
export function backUp({ rooms, serverDisk }: World): Backup {
  const images = new Map<string, Uint8Array>()
  for (const room of rooms.keys()) if (serverDisk.exists(pathOf(room))) images.set(room, serverDisk.read(pathOf(room)))
  return images
}

/**
 * Puts a copy in the place of what is there, while the server is down. It gets an epoch of its own, for it goes on from an
 * older state than clients have seen. A log on another machine knows better: the room follows it, under its epoch.
 */
export function restore({ rooms, serverDisk, server, random }: World, backup: Backup): void {
  // Whoever restores sees to it that there is room.
  serverDisk.mend()
  for (const room of rooms.keys()) {
    const path = pathOf(room)
    const image = backup.get(room)
    if (serverDisk.exists(path)) serverDisk.remove(path)
    if (image === undefined) continue
    serverDisk.write(path, image)
    if (server.hasRemoteLog) continue
    const driver = serverDisk.open(path)
    driver.exec(`UPDATE _savepoint_meta SET value = '${random.id()}' WHERE key = 'epoch'`)
    driver.close()
  }
}
