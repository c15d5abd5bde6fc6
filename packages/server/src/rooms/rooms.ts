import { SavepointError } from '@savepoint/core'
import { Room, type RoomOptions } from '../room/room.ts'
import type { RoomStorage } from '../room/room-storage.ts'
import { checkRoomName } from './room-name.ts'

/** A room that nobody is connected to is closed after this long, in milliseconds. Opening it again takes a few. */
export const ROOM_IDLE_MS = 60_000

/** Rooms open at once: each holds two connections, their caches and four file descriptors. */
const ROOMS_OPEN_MAX = 2000

interface RoomsOptions extends Omit<RoomOptions, 'name' | 'storage'> {
  readonly storageOf: (name: string) => RoomStorage
  /** Whether there is such a room, open or not. */
  readonly hasRoom: (name: string) => boolean | Promise<boolean>
}

interface Entry {
  readonly room: Promise<Room>
  /** Set while it is closing. */
  closing: Promise<void> | null
  usedAt: number
}

/** The rooms of a server, opened when first asked for and closed when idle. One that fails to open bothers no other. */
export class Rooms {
  readonly #options: RoomsOptions
  readonly #entries = new Map<string, Entry>()
  #isClosed = false

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  get openCount(): number {
    return this.#entries.size
  }

  /** Whether there is such a room: {@link get} makes one that there is not. */
  async has(name: string): Promise<boolean> {
    return this.#entries.has(name) || (await this.#options.hasRoom(checkRoomName(name)))
  }

  /** @throws SavepointError if there can be no such room, or it cannot be opened now. */
  async get(name: string): Promise<Room> {
    checkRoomName(name)
    for (;;) {
      if (this.#isClosed) throw new SavepointError('going-away', 'The server is shutting down. What is pending is kept; connect again.')
      const entry = this.#entries.get(name)
      if (entry === undefined) return await this.#open(name)
      if (entry.closing === null) {
        entry.usedAt = this.#options.world.elapsed()
        return await entry.room
      }
      await entry.closing
    }
  }

  async #open(name: string): Promise<Room> {
    if (this.#entries.size >= ROOMS_OPEN_MAX) {
      throw new SavepointError(
        'overloaded',
        `The server has ${ROOMS_OPEN_MAX} rooms open, its limit. What is pending is kept; try again later.`,
      )
    }
    const { storageOf, hasRoom: _, ...options } = this.#options
    const room = Room.open({ ...options, name, storage: storageOf(name) })
    this.#entries.set(name, { room, closing: null, usedAt: options.world.elapsed() })
    try {
      const opened = await room
      options.onEvent({ event: 'room-opened', room: name, version: opened.position.version })
      return opened
    } catch (error) {
      this.#entries.delete(name)
      options.onEvent({ event: 'room-failed', room: name, error })
      if (error instanceof SavepointError) throw error
      throw new SavepointError('unavailable', 'The room cannot be opened now. What is pending is kept; try again in a while.', {
        cause: error,
      })
    }
  }

  /** Closes rooms that nobody has used for a while. To be called now and then. */
  async sweep(idleMs = ROOM_IDLE_MS): Promise<void> {
    const closing: Promise<void>[] = []
    for (const [name, entry] of this.#entries) {
      const room = await entry.room.catch(() => null)
      if (room === null || entry.closing !== null || this.#entries.get(name) !== entry) continue
      if (room.connectionCount > 0 || room.isBusy) entry.usedAt = this.#options.world.elapsed()
      else if (this.#options.world.elapsed() - entry.usedAt >= idleMs) closing.push(this.#close(name, entry, room))
    }
    await Promise.all(closing)
  }

  /** Drains and closes all rooms; none is opened any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(
      [...this.#entries].map(async ([name, entry]) => {
        const room = await entry.room.catch(() => null)
        if (room !== null) await (entry.closing ?? this.#close(name, entry, room))
      }),
    )
  }

  #close(name: string, entry: Entry, room: Room): Promise<void> {
    entry.closing = room.close().then(() => {
      this.#entries.delete(name)
      this.#options.onEvent({ event: 'room-closed', room: name })
    })
    return entry.closing
  }
}
