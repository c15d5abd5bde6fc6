import type { RoomStorage } from '@savepoint/server'
import { aliveOn, type SimulatedDisk } from './simulated-disk.ts'

/** A room's database on a simulated disk, for the process that runs now. */
export function roomStorage(disk: SimulatedDisk, path: string): RoomStorage {
  const assertAlive = aliveOn(disk)
  return {
    openWriter() {
      assertAlive()
      return disk.open(path)
    },
    openReader() {
      assertAlive()
      return disk.open(path, { readonly: true })
    },
    replace(image) {
      assertAlive()
      if (image === null) disk.remove(path)
      else disk.write(path, image)
    },
  }
}
