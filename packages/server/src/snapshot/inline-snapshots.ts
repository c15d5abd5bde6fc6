import type { RoomHost } from '../rooms/room-host.ts'
import { isNear, SNAPSHOT_LAG_VERSIONS_MAX, type SnapshotFile, type Snapshots, snapshotTag } from './snapshots.ts'
import type { SnapshotPosition } from './write-snapshot.ts'

/** Bytes that a download reads at a time. */
const READ_BYTES = 256 * 1024

/** Snapshots kept a room: the current one, and the one before, whose download may have been broken off. */
const SNAPSHOTS_KEPT_MAX = 2

interface Kept {
  readonly position: SnapshotPosition
  readonly image: Uint8Array
}

/**
 * Snapshots made in the room's own thread and kept in memory: for a server that has neither threads nor files, as in a
 * service worker or a simulation. While one is made the room waits, so rooms should be small.
 */
export class InlineSnapshots implements Snapshots {
  readonly #write: (room: string) => Kept
  readonly #lagMax: number
  /** By room; newest last. */
  readonly #kept = new Map<string, readonly Kept[]>()

  /**
   * @param write makes a snapshot of what is committed, with `writeSnapshot`.
   * @param lagMax versions that a room may be ahead of a snapshot that is served again, with a poke for the rest.
   */
  constructor(
    write: (room: string) => { readonly position: SnapshotPosition; readonly image: Uint8Array },
    lagMax = SNAPSHOT_LAG_VERSIONS_MAX,
  ) {
    this.#write = write
    this.#lagMax = lagMax
  }

  async current(rooms: RoomHost, room: string): Promise<SnapshotFile> {
    // One that is new gets its file.
    await rooms.position(room)
    const newest = this.#kept.get(room)?.at(-1)
    if (newest !== undefined && (await isNear(rooms, room, newest.position, this.#lagMax))) return fileOf(newest)
    const made = this.#write(room)
    this.#kept.set(room, [...(this.#kept.get(room) ?? []), made].slice(-SNAPSHOTS_KEPT_MAX))
    return fileOf(made)
  }

  async kept(room: string, tag: string): Promise<SnapshotFile | null> {
    const found = this.#kept.get(room)?.find(({ position }) => snapshotTag(position) === tag)
    return found === undefined ? null : fileOf(found)
  }
}

function fileOf({ position, image }: Kept): SnapshotFile {
  return { position, encoding: null, size: image.length, contentSize: image.length, read: (start, end) => streamOf(image, start, end) }
}

function streamOf(image: Uint8Array, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream({
    pull(controller) {
      if (at >= end) return controller.close()
      controller.enqueue(image.subarray(at, Math.min(at + READ_BYTES, end)))
      at += READ_BYTES
    },
  })
}
