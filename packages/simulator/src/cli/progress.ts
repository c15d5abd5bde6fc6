import { realElapsedMs } from '../clock.ts'

/** Where progress is written, by the part that is used. */
interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Between two lines where each stays to be read, in milliseconds; a terminal's one line is written more often. */
const LINE_MS = 10_000
const REWRITE_MS = 100

const CLEAR = '\r\x1b[2K'

/** Tells people how far something is: in one line that is written again and again, or, in a file or pipe, now and then. */
export class Progress {
  readonly #terminal: Terminal
  readonly #everyMs: number
  #toldAt = realElapsedMs()

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#everyMs = terminal.isTTY === true ? REWRITE_MS : LINE_MS
  }

  /** What has changed; most of it is not worth telling. */
  update(text: () => string): void {
    const now = realElapsedMs()
    if (now - this.#toldAt < this.#everyMs) return
    this.#toldAt = now
    this.#terminal.write(this.#terminal.isTTY === true ? `${CLEAR}${text()}` : `${text()}\n`)
  }

  /** A line that stays. */
  say(text: string): void {
    this.clear()
    this.#terminal.write(`${text}\n`)
  }

  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR)
  }
}
