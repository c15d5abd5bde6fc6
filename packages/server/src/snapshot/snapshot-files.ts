import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { RoomHost } from '../rooms/room-host.ts'
import type { SnapshotEncoding } from './snapshot-job.ts'
import type { SnapshotThread } from './snapshot-thread.ts'
import { isNear, type SnapshotFile, type Snapshots, snapshotTag } from './snapshots.ts'
import type { SnapshotPosition } from './write-snapshot.ts'

/** Snapshots kept a room: the current one, and the one before, whose download may have been broken off. */
const SNAPSHOTS_KEPT_MAX = 2

/** Bytes that a download reads at a time: every piece is passed through several streams, at a cost of its own. */
const READ_BYTES = 256 * 1024

/** A snapshot in the making, or made. */
interface Kept {
  readonly path: string
  readonly written: Promise<SnapshotPosition>
  readonly compressed: Map<SnapshotEncoding, Promise<string>>
}

interface SnapshotFilesOptions {
  readonly thread: SnapshotThread
  /** Where a room's database lies, and where its snapshots go. */
  readonly pathsOf: (room: string) => { readonly database: string; readonly snapshots: string }
}

/** Snapshots as files in the rooms' directories: made once a version, whoever asks, and compressed once an encoding. */
export class SnapshotFiles implements Snapshots {
  readonly #options: SnapshotFilesOptions
  /** By room; newest last. */
  readonly #kept = new Map<string, Kept[]>()
  #count = 0

  constructor(options: SnapshotFilesOptions) {
    this.#options = options
  }

  async current(rooms: RoomHost, room: string, encoding: SnapshotEncoding | null): Promise<SnapshotFile> {
    // One that is new gets its file.
    await rooms.position(room)
    for (;;) {
      const newest = this.#kept.get(room)?.at(-1)
      if (newest !== undefined && (await this.#isNear(rooms, room, newest))) return await this.#file(newest, encoding)
      // Another request may have started one while this one looked.
      if (this.#kept.get(room)?.at(-1) === newest) return await this.#file(this.#write(room), encoding)
    }
  }

  async kept(room: string, tag: string): Promise<SnapshotFile | null> {
    for (const kept of this.#kept.get(room) ?? []) {
      const position = await kept.written.catch(() => null)
      if (position !== null && snapshotTag(position) === tag) return await this.#file(kept, null)
    }
    return null
  }

  async #isNear(rooms: RoomHost, room: string, kept: Kept): Promise<boolean> {
    const position = await kept.written.catch(() => null)
    return position !== null && (await isNear(rooms, room, position))
  }

  #write(room: string): Kept {
    const paths = this.#options.pathsOf(room)
    // The first of this process: what an earlier one left may be torn.
    if (!this.#kept.has(room)) rmSync(paths.snapshots, { recursive: true, force: true })
    mkdirSync(paths.snapshots, { recursive: true })
    const path = join(paths.snapshots, `${++this.#count}.db`)
    const written = this.#options.thread.run({ type: 'write', room: paths.database, target: path }).then((position) => {
      if (position === undefined) throw new Error('A snapshot has no position.')
      return position
    })
    const made: Kept = { path, written, compressed: new Map() }
    const list = [...(this.#kept.get(room) ?? []), made]
    this.#kept.set(room, list)
    written.then(
      () => this.#drop(room, list.length - SNAPSHOTS_KEPT_MAX),
      () =>
        this.#kept.set(
          room,
          (this.#kept.get(room) ?? []).filter((kept) => kept !== made),
        ),
    )
    return made
  }

  #drop(room: string, count: number): void {
    if (count <= 0) return
    for (const { path, compressed } of (this.#kept.get(room) ?? []).splice(0, count)) {
      // A download that is under way goes on: the file goes when it is closed.
      rmSync(path, { force: true })
      for (const file of compressed.values()) file.then((compressedPath) => rmSync(compressedPath, { force: true })).catch(() => {})
    }
  }

  async #file(kept: Kept, encoding: SnapshotEncoding | null): Promise<SnapshotFile> {
    const position = await kept.written
    const path = encoding === null ? kept.path : await this.#compress(kept, encoding)
    return {
      position,
      encoding,
      size: statSync(path).size,
      contentSize: statSync(kept.path).size,
      read: (start, end) =>
        Readable.toWeb(
          start < end ? createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES }) : Readable.from([]),
        ) as ReadableStream<Uint8Array>,
    }
  }

  #compress(kept: Kept, encoding: SnapshotEncoding): Promise<string> {
    const known = kept.compressed.get(encoding)
    if (known !== undefined) return known
    const target = `${kept.path}.${encoding}`
    const made = this.#options.thread.run({ type: 'compress', source: kept.path, target, encoding }).then(() => target)
    kept.compressed.set(encoding, made)
    made.catch(() => kept.compressed.delete(encoding))
    return made
  }
}
