import { createHash } from 'node:crypto'
import type { Reason, RoomPosition, SchemaID } from '@savepoint/core'
import type { RoomChanges } from '../room/room.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { Visitor } from '../room/visitor.ts'
import type { RoomHost, RoomStanding } from '../rooms/room-host.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { ROOM_IDLE_MS } from '../rooms/rooms.ts'
import { CondemnedMutations } from './condemned-mutations.ts'
import type { RoomThread, RoomThreadOptions } from './room-thread.ts'
import { SpareThread } from './spare-thread.ts'
import { ThreadKeeper, type ThreadKeeperOptions } from './thread-keeper.ts'

/** Looks at what runs for each time that a mutator may take: it is ended that much later at most, and a process that slept blames nobody. */
const LOOKS = 8

interface ThreadRoomsOptions extends RoomThreadOptions, Omit<ThreadKeeperOptions, 'index' | 'spare' | 'condemned'> {
  /** How many threads. */
  readonly threads: number
}

/** Rooms that run in threads of their own, each always in the same one, which its name decides. */
export class ThreadRooms implements RoomHost {
  readonly #keepers: readonly ThreadKeeper[]
  readonly #spare: SpareThread
  readonly #watch: NodeJS.Timeout
  #closed: Promise<void> | undefined

  /** @throws (rejects) what keeps a thread from starting: the app's module, say */
  static async start(options: ThreadRoomsOptions): Promise<ThreadRooms> {
    const rooms = new ThreadRooms(options)
    try {
      await Promise.all(rooms.#keepers.map((keeper) => keeper.started()))
    } catch (error) {
      await rooms.close()
      throw error
    }
    return rooms
  }

  private constructor({ threads, ...options }: ThreadRoomsOptions) {
    const limits = { ...options.limits, roomsOpen: Math.ceil(options.limits.roomsOpen / threads) }
    this.#spare = new SpareThread({ ...options, limits })
    const shared = { ...options, spare: this.#spare, condemned: new CondemnedMutations(options.directory) }
    this.#keepers = Array.from({ length: threads }, (_, index) => new ThreadKeeper({ ...shared, index }))
    const tickMs = options.mutatorMsMax / LOOKS
    this.#watch = setInterval(() => {
      for (const keeper of this.#keepers) keeper.look(tickMs)
    }, tickMs)
    this.#watch.unref()
  }

  get openCount(): number {
    return this.#keepers.reduce((count, keeper) => count + keeper.openCount, 0)
  }

  async connect(room: string, socket: RoomSocket, visitor: Visitor): Promise<RoomConnection> {
    checkClonable(visitor.auth)
    return await (await this.#threadOf(room)).connect(room, socket, visitor)
  }

  async create(room: string, schema?: SchemaID): Promise<RoomStanding & { readonly isNew: boolean }> {
    const id = schema && { name: schema.name, version: schema.version, hash: schema.hash }
    return await (await this.#threadOf(room)).ask('create', room, id)
  }

  async position(room: string): Promise<RoomPosition> {
    return await (await this.#threadOf(room)).ask('position', room)
  }

  async changes(room: string, since: number, epoch?: string): Promise<RoomChanges | null> {
    return await (await this.#threadOf(room)).ask('changes', room, since, epoch)
  }

  async isShortCatchUp(room: string, from: number): Promise<boolean> {
    return await (await this.#threadOf(room)).ask('isShortCatchUp', room, from)
  }

  refusePushes(why: Reason | null): void {
    for (const keeper of this.#keepers) keeper.refusePushes(why)
  }

  async sweep(idleMs = ROOM_IDLE_MS): Promise<void> {
    // A thread that ends meanwhile has closed its rooms.
    await Promise.allSettled(this.#keepers.map(({ thread }) => thread?.ask('sweep', idleMs)))
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#spare, ...this.#keepers].map((one) => one.close())).then(() => clearInterval(this.#watch))
    return this.#closed
  }

  async #threadOf(room: string): Promise<RoomThread> {
    const hash = createHash('sha256').update(checkRoomName(room)).digest().readUInt32BE()
    return await (this.#keepers[hash % this.#keepers.length] as ThreadKeeper).threadOf(room)
  }
}

/** @throws TypeError if what `authorize` has returned cannot go to another thread. */
function checkClonable(auth: unknown): void {
  if (typeof auth !== 'object' && typeof auth !== 'function') return
  try {
    structuredClone(auth)
  } catch (cause) {
    throw new TypeError(
      'authorize returned what cannot be passed to another thread, where the rooms are. Return plain data: no functions, promises or streams.',
      { cause },
    )
  }
}
