import type { ServerEvent } from '../room/server-event.ts'
import { cloneError } from './clone-error.ts'
import type { FromThread, ThreadBatch } from './thread-message.ts'

/** What a thread has to say, gathered until its turn ends: one message, in which each frame stands once. */
export class ThreadOutbox {
  readonly #post: (batch: ThreadBatch) => void
  #said: FromThread[] = []
  #frames = new Map<string, number>()

  constructor(post: (batch: ThreadBatch) => void) {
    this.#post = post
  }

  say(message: FromThread): void {
    if (this.#said.length === 0) queueMicrotask(() => this.flush())
    this.#said.push(message)
  }

  send(line: number, text: string, follows: boolean): void {
    const frame = this.#frames.get(text) ?? this.#frames.size
    this.#frames.set(text, frame)
    const last = this.#said.at(-1)
    if (!follows && last?.type === 'send' && last.frame === frame && !last.follows) last.lines.push(line)
    else this.say({ type: 'send', frame, lines: [line], follows })
  }

  tell(event: ServerEvent): void {
    if ('error' in event) this.say({ type: 'event', event: { ...event, error: undefined }, error: cloneError(event.error) })
    else this.say({ type: 'event', event })
  }

  /** What the turn has said so far goes out now: what comes after it may take long. */
  flush(): void {
    if (this.#said.length === 0) return
    const batch = { frames: [...this.#frames.keys()], said: this.#said }
    this.#said = []
    this.#frames = new Map()
    this.#post(batch)
  }
}
