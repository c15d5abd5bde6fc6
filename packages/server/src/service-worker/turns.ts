import { SavepointError } from '@savepoint/core'
import type { SavepointServer } from '../create-server.ts'
import { BEAT_MS } from '../doors/beat.ts'
import { ROOM_IDLE_MS } from '../rooms/rooms.ts'
import { takeLock } from './take-lock.ts'

/**
 * How long a worker that has lost its turn opens nothing, in milliseconds. A browser puts a new version in the place of an old one when
 * that has no request left to answer, so its clients are not to come back to it at once.
 */
const REST_MS = 2000

/**
 * Has the server open while it is this worker's turn. Of an old and a new version of a service worker, the new one takes the turn: the
 * old one closes its server, so that its clients' lines end, and come to the new one.
 */
export class Turns {
  readonly #lock: string
  readonly #open: () => Promise<SavepointServer>
  #current: Promise<SavepointServer> | undefined
  #isResting = false

  constructor(lock: string, open: () => Promise<SavepointServer>) {
    this.#lock = lock
    this.#open = open
  }

  /** Ends the turn of whoever has it, who is an older version of this worker. */
  async take(): Promise<void> {
    const release = await takeLock(this.#lock, () => {})
    release()
  }

  /**
   * The server, opened by the first request.
   * @throws (rejects) SavepointError `going-away` where another has just taken the turn; what opening throws
   */
  server(): Promise<SavepointServer> {
    if (this.#current !== undefined) return this.#current
    if (this.#isResting) return Promise.reject(new SavepointError('going-away', RESTING))
    const turn = this.#take(() => {
      if (this.#current === turn) this.#current = undefined
    })
    this.#current = turn
    return turn
  }

  #rest(): void {
    this.#isResting = true
    setTimeout(() => {
      this.#isResting = false
    }, REST_MS)
  }

  async #take(over: () => void): Promise<SavepointServer> {
    let server: SavepointServer | undefined
    let timers: ReturnType<typeof setInterval>[] = []
    let isLost = false
    const lost = () => {
      isLost = true
      over()
      this.#rest()
      for (const timer of timers) clearInterval(timer)
      void server?.close()
    }
    let release = () => {}
    try {
      release = await takeLock(this.#lock, lost)
      const opened = await this.#open()
      if (isLost) throw new SavepointError('going-away', RESTING)
      server = opened
      timers = [setInterval(() => void opened.rooms.sweep(), ROOM_IDLE_MS / 2), setInterval(() => opened.beat(), BEAT_MS)]
      return opened
    } catch (error) {
      release()
      over()
      throw error
    }
  }
}

const RESTING = 'A newer version of the service worker takes over. What is pending is kept; connect again.'
