import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { checkRoomName } from '../rooms/room-name.ts'
import { type Authorize, admitClient, admitVisitor } from './authorize.ts'

interface EntranceOptions {
  readonly rooms: RoomHost
  /** Whether there is such a room. */
  readonly hasRoom: (room: string) => boolean | Promise<boolean>
  readonly authorize: Authorize | undefined
}

/**
 * Where every door asks who may go in. A room that there is not yet comes into being only for who may create it: who may only
 * read is not to fill the disk with the names that they think of.
 *
 * Each throws (rejects) SavepointError if the visitor may not, or there can be no such room.
 */
export class Entrance {
  readonly #options: EntranceOptions

  constructor(options: EntranceOptions) {
    this.#options = options
  }

  /** For a door that gives what is in a room. */
  async read(request: Request, room: string): Promise<void> {
    await admitVisitor(this.#options.authorize, request, checkRoomName(room), 'read')
    await this.#mayReach(request, room)
  }

  /** For who wants a room to be there: who may create it, or read one that there is. */
  async create(request: Request, room: string): Promise<void> {
    const { authorize, hasRoom } = this.#options
    if (await hasRoom(checkRoomName(room))) return void (await admitVisitor(authorize, request, room, 'read'))
    try {
      await admitVisitor(authorize, request, room, 'create')
    } catch (error) {
      // Who may not even read is not to learn whether there is such a room.
      await admitVisitor(authorize, request, room, 'read')
      throw error
    }
  }

  /** Lets a client's line into its room. */
  async enter(request: Request, room: string, socket: RoomSocket): Promise<RoomConnection> {
    const visitor = await admitClient(this.#options.authorize, request, checkRoomName(room))
    await this.#mayReach(request, room)
    return await this.#options.rooms.connect(room, socket, visitor)
  }

  async #mayReach(request: Request, room: string): Promise<void> {
    const { authorize, hasRoom } = this.#options
    if (!(await hasRoom(room))) await admitVisitor(authorize, request, room, 'create')
  }
}
