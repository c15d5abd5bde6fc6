import { statfs } from 'node:fs/promises'
import type { ServerEvent } from '../room/server-event.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { DiskWatch } from './disk-watch.ts'

/** Between two looks at how much of the disk is free, in milliseconds. At 50 MB/s, the standard mark is used up in as long. */
const DISK_LOOK_MS = 5000

interface DiskGuardOptions {
  readonly directory: string
  /** Bytes that have to be free. */
  readonly mark: number
  readonly rooms: Pick<RoomHost, 'refusePushes'>
  readonly onEvent: (event: ServerEvent) => void
}

/** Lets rooms take no pushes while their disk is nearly full. Resolves when that is known first, with what ends it. */
export async function guardDisk({ directory, mark, rooms, onEvent }: DiskGuardOptions): Promise<() => void> {
  const watch = new DiskWatch({
    free: () => freeBytesOf(directory),
    mark,
    changed(isLow, freeBytes) {
      rooms.refusePushes(isLow ? { code: 'unavailable', message: DISK_LOW } : null)
      onEvent({ event: isLow ? 'disk-low' : 'disk-roomy', freeBytes })
    },
  })
  await watch.look()
  const looks = setInterval(() => void watch.look().catch((error: unknown) => onEvent({ event: 'request-failed', error })), DISK_LOOK_MS)
  looks.unref()
  return () => clearInterval(looks)
}

/** For whoever may use it: some file systems keep a part for the system. */
async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

const DISK_LOW = 'The server’s disk is nearly full, so it takes no changes for now. What is pending is kept, and sent when there is room.'
