import { RoomThread, type RoomThreadOptions } from './room-thread.ts'

/** After a thread was taken, the next spare is started when the taken one's rooms have come back, so as not to be in their way. */
const START_DELAY_MS = 1000

/**
 * A thread that has loaded the app and has no rooms: who takes over from one that was ended need not wait until it has started, which
 * takes a few tenths of a second, and more where the app is large.
 */
export class SpareThread {
  readonly #options: RoomThreadOptions
  #spare: RoomThread | null = null
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RoomThreadOptions) {
    this.#options = options
  }

  /** Starts it, unless it is there. */
  prepare(): void {
    if (this.#isClosed || this.#spare !== null) return
    const spare = new RoomThread(this.#options)
    this.#spare = spare
    void spare.ended.then(() => {
      if (this.#spare === spare) this.#spare = null
    })
  }

  /** The spare one, or a new one if there is none. */
  take(): RoomThread {
    const thread = this.#spare ?? new RoomThread(this.#options)
    this.#spare = null
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.prepare(), START_DELAY_MS).unref()
    return thread
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const spare = this.#spare
    this.#spare = null
    spare?.terminate()
    await spare?.ended
  }
}
