import { type Reason, type RoomPosition, SavepointError, type SchemaID } from '@savepoint/core'
import { LIMITS } from '../limits.ts'
import { Room, type RoomChanges, type RoomOptions } from '../room/room.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { RoomStorage } from '../room/room-storage.ts'
import type { Visitor } from '../room/visitor.ts'
import type { RoomHost, RoomStanding } from './room-host.ts'
import { checkRoomName } from './room-name.ts'

/** A room that nobody is connected to is closed after this long, in milliseconds. Opening it again takes a few. */
export const ROOM_IDLE_MS = 60_000

interface RoomsOptions extends Omit<RoomOptions, 'name' | 'storage'> {
  readonly storageOf: (name: string) => RoomStorage
  /** Rooms open at once. Default: a server's. */
  readonly roomsOpenMax?: number
}

interface Entry {
  readonly room: Promise<Room>
  /** Set while it is closing. */
  closing: Promise<void> | null
  usedAt: number
}

/**
 * Rooms that run in this thread, opened when first asked for and closed when idle. One that fails to open bothers no other; but a
 * mutator that does not end stops them all, and what called it.
 */
export class Rooms implements RoomHost {
  readonly #options: RoomsOptions
  readonly #entries = new Map<string, Entry>()
  #isClosed = false
  #pushesRefused: Reason | null = null

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  get openCount(): number {
    return this.#entries.size
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

  async connect(name: string, socket: RoomSocket, visitor: Visitor): Promise<RoomConnection> {
    return (await this.get(name)).connect(socket, visitor)
  }

  async create(name: string, schema?: SchemaID): Promise<RoomStanding & { readonly isNew: boolean }> {
    const own = this.#options.schema
    if (schema !== undefined) checkSchema(name, schema, own)
    const isOpen = this.#entries.has(name)
    const { position, isNew } = await this.get(name)
    return { position, schema: { name: own.name, version: own.version, hash: own.hash }, isNew: isNew && !isOpen }
  }

  async position(name: string): Promise<RoomPosition> {
    return (await this.get(name)).position
  }

  async changes(name: string, since: number, epoch?: string): Promise<RoomChanges | null> {
    const room = await this.get(name)
    return epoch === undefined || epoch === room.position.epoch ? await room.changes(since) : null
  }

  async isShortCatchUp(name: string, from: number): Promise<boolean> {
    return await (await this.get(name)).isShortCatchUp(from)
  }

  refusePushes(why: Reason | null): void {
    this.#pushesRefused = why
    for (const { room } of this.#entries.values())
      room.then(
        (open) => open.refusePushes(this.#pushesRefused),
        () => {},
      )
  }

  async #open(name: string): Promise<Room> {
    const { storageOf, roomsOpenMax = LIMITS.roomsOpen.standard, ...options } = this.#options
    if (this.#entries.size >= roomsOpenMax) {
      throw new SavepointError(
        'overloaded',
        `The server has ${roomsOpenMax} rooms open here, its limit. What is pending is kept; try again later.`,
      )
    }
    const room = Room.open({ ...options, name, storage: storageOf(name) })
    this.#entries.set(name, { room, closing: null, usedAt: options.world.elapsed() })
    try {
      const opened = await room
      if (this.#pushesRefused !== null) opened.refusePushes(this.#pushesRefused)
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

function checkSchema(room: string, given: SchemaID, own: SchemaID): void {
  if (given.name === own.name && given.version === own.version && given.hash === own.hash) return
  throw new SavepointError(
    'schema-mismatch',
    `Room "${room}" was asked for with schema ${describe(given)}, and the server has ${describe(own)}. Nothing was made or changed; deploy both sides from one schema.`,
  )
}

function describe({ name, version, hash }: SchemaID): string {
  return `"${name}" version ${version} (${hash.slice(0, 8)})`
}
