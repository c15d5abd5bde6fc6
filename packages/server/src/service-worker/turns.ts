import type { SavepointServer } from '../create-server.ts'
import { BEAT_MS } from '../doors/beat.ts'
import { ROOM_IDLE_MS } from '../rooms/rooms.ts'
import { takeLock } from './take-lock.ts'

/**
 * Has the server open while it is this worker's turn. Of an old and a new version of a service worker, whichever was asked last has the
 * turn: the other closes its server, so that its clients' lines end, and come to where the next request goes.
 */
export class Turns {
  readonly #lock: string
  readonly #open: () => Promise<SavepointServer>
  #current: Promise<SavepointServer> | undefined

  constructor(lock: string, open: () => Promise<SavepointServer>) {
    this.#lock = lock
    this.#open = open
  }

  /** The server, opened by the first request and not before: a worker that was only installed has nothing to serve yet. */
  server(): Promise<SavepointServer> {
    if (this.#current !== undefined) return this.#current
    const turn = this.#take(() => {
      if (this.#current === turn) this.#current = undefined
    })
    this.#current = turn
    return turn
  }

  async #take(over: () => void): Promise<SavepointServer> {
    let close = () => {}
    try {
      await takeLock(this.#lock, () => {
        over()
        close()
      })
      const server = await this.#open()
      const timers = [setInterval(() => void server.rooms.sweep(), ROOM_IDLE_MS / 2), setInterval(() => server.beat(), BEAT_MS)]
      close = () => {
        for (const timer of timers) clearInterval(timer)
        void server.close()
      }
      return server
    } catch (error) {
      over()
      throw error
    }
  }
}
