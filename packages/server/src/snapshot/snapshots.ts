import type { RoomHost } from '../rooms/room-host.ts'
import type { SnapshotEncoding } from './snapshot-job.ts'
import type { SnapshotPosition } from './write-snapshot.ts'

/** A stored representation of a snapshot. */
export interface SnapshotFile {
  readonly position: SnapshotPosition
  readonly encoding: SnapshotEncoding | null
  /** Bytes as stored. */
  readonly size: number
  /** Bytes of the SQLite file that they decode to. */
  readonly contentSize: number
  /** The bytes from `start` on, up to and without `end`. */
  read(start: number, end: number): ReadableStream<Uint8Array>
}

/** Where the doors get a room's snapshots from. */
export interface Snapshots {
  /** The room's newest snapshot, or one from which a short catch-up leads to now; made if there is none. */
  current(rooms: RoomHost, room: string, encoding: SnapshotEncoding | null): Promise<SnapshotFile>
  /** The snapshot of this tag, uncompressed, if it is still kept. */
  kept(room: string, tag: string): Promise<SnapshotFile | null>
}

/** The strong validator of a snapshot, without quotes. */
export function snapshotTag({ epoch, version }: SnapshotPosition): string {
  return `${epoch}.${version}`
}

/** Versions that a room may be ahead of a snapshot that is served again: their changes are a short poke. */
export const SNAPSHOT_LAG_VERSIONS_MAX = 1000

/** True if a snapshot at this position will do for a newcomer: it gets the rest as a short poke. */
export async function isNear(
  rooms: RoomHost,
  room: string,
  position: SnapshotPosition,
  lagMax = SNAPSHOT_LAG_VERSIONS_MAX,
): Promise<boolean> {
  const { epoch, version } = await rooms.position(room)
  if (position.epoch !== epoch) return false
  const lag = version - position.version
  return lag === 0 || (lag > 0 && lag <= lagMax && (await rooms.isShortCatchUp(room, position.version)))
}
