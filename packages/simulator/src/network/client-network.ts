import type { Process } from '../time/process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { Parcel } from './channel.ts'
import { Channel } from './channel.ts'
import { Connection, type Endpoint, type NetworkWatch } from './connection.ts'
import type { Link, Obstacle } from './link.ts'

interface ClientNetworkOptions {
  readonly time: VirtualTime
  readonly endpoint: Endpoint
  readonly watch: NetworkWatch
  /** The two directions of a new line, which is the client's nth, from 1. */
  readonly links: (connection: number) => { readonly up: Link<Parcel>; readonly down: Link<Parcel> }
}

interface Stall {
  /** The first half of the answer still comes. */
  readonly midway: boolean
}

const UNANSWERED = 'it is never answered'

/** What a client's program is given in place of a network, and the faults of it. */
export class ClientNetwork {
  readonly #options: ClientNetworkOptions
  readonly #connections = new Set<Connection>()
  readonly #obstacles: { readonly direction: 'up' | 'down'; readonly obstacle: Obstacle }[] = []
  readonly #stalls: Stall[] = []
  #repeatsLate = 0
  #count = 0

  constructor(options: ClientNetworkOptions) {
    this.#options = options
  }

  /** A new line, on behalf of a process of the client. */
  open(process: Process): Connection {
    const { time, endpoint, watch, links } = this.#options
    const { up, down } = links(++this.#count)
    const channels = { up: new Channel(time, up), down: new Channel(time, down) }
    for (const { direction, obstacle } of this.#obstacles) channels[direction].hold(obstacle)
    if (this.#repeatsLate > 0) channels.up.repeatsLate = channels.down.repeatsLate = true
    const connection: Connection = new Connection({ time, endpoint, watch, process, ...channels }, () =>
      this.#connections.delete(connection),
    )
    this.#connections.add(connection)
    return connection
  }

  /** Puts something in the way, of lines to come as well. Returns what takes it away. */
  obstruct(direction: 'up' | 'down', obstacle: Obstacle): () => void {
    const entry = { direction, obstacle }
    this.#obstacles.push(entry)
    for (const connection of this.#connections) connection[direction].hold(obstacle)
    return () => {
      this.#obstacles.splice(this.#obstacles.indexOf(entry), 1)
      for (const connection of this.#connections) connection[direction].release(obstacle)
    }
  }

  /** All that is sent comes once more, behind other things. Returns what ends it. */
  repeatLate(): () => void {
    const set = (by: 1 | -1) => {
      this.#repeatsLate += by
      for (const { up, down } of this.#connections) up.repeatsLate = down.repeatsLate = this.#repeatsLate > 0
    }
    set(1)
    return () => set(-1)
  }

  /** Requests are not answered, or half, those under way included. Sockets live. Returns what ends it, for requests to come. */
  stallRequests(stall: Stall): () => void {
    const entry = { ...stall }
    this.#stalls.push(entry)
    for (const connection of this.#connections) {
      if (!connection.isRequest) continue
      connection.silence(UNANSWERED)
      this.#options.watch.stalled(UNANSWERED)
    }
    return () => void this.#stalls.splice(this.#stalls.indexOf(entry), 1)
  }

  /** What a request that has just been made meets with. True if only half of its answer is to come. */
  stall(connection: Connection): boolean {
    const stall = this.#stalls.at(-1)
    if (stall === undefined) return false
    if (!stall.midway) connection.silence(UNANSWERED)
    this.#options.watch.stalled(stall.midway ? 'half of the answer comes' : UNANSWERED)
    return stall.midway
  }

  /** Ends all lines with what is under way; both sides are told. True if there were any. */
  cut(): boolean {
    const connections = [...this.#connections]
    for (const connection of connections) connection.cut('the line was cut')
    return connections.length > 0
  }

  /** All lines die, or all sockets, and nobody is told. True if there were any. */
  silence(only?: 'socket'): boolean {
    const lines = [...this.#connections].filter(({ isRequest }) => only === undefined || !isRequest)
    for (const connection of lines) connection.silence()
    return lines.length > 0
  }

  /** The client's process is gone; its system closes the sockets. */
  clientGone(): void {
    for (const connection of [...this.#connections]) connection.closeByClient()
  }

  /** The server's process is gone; its system closes the sockets. */
  serverGone(): void {
    for (const connection of [...this.#connections]) connection.closeByServer()
  }
}
