import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { RoomHost } from '../rooms/room-host.ts'
import { cloneError } from './clone-error.ts'
import type { CondemnedMutation, Question, ThreadBatch, ToThread } from './thread-message.ts'
import { ThreadOutbox } from './thread-outbox.ts'

/** Serves the rooms of this thread to another one. */
export class ThreadService {
  readonly #rooms: RoomHost
  readonly #outbox: ThreadOutbox
  readonly #condemn: (mutations: readonly CondemnedMutation[]) => void
  readonly #lines = new Map<number, RoomConnection>()

  constructor(
    open: (onEvent: (event: ServerEvent) => void) => RoomHost,
    post: (batch: ThreadBatch) => void,
    condemn: (mutations: readonly CondemnedMutation[]) => void,
  ) {
    this.#condemn = condemn
    this.#outbox = new ThreadOutbox(post)
    this.#rooms = open((event) => this.#outbox.tell(event))
    this.#outbox.say({ type: 'ready' })
  }

  /** Nobody waits for what the app does now. */
  flush(): void {
    this.#outbox.flush()
  }

  receive(batch: readonly ToThread[]): void {
    const lengths = new Map<number, number>()
    for (const message of batch) {
      if (message.type === 'frame') {
        lengths.set(message.line, (lengths.get(message.line) ?? 0) + message.frame.length)
        this.#lines.get(message.line)?.receive(message.frame)
      } else if (message.type === 'closed') this.#hangUp(message.line)
      else if (message.type === 'condemned') this.#condemn(message.mutations)
      else if (message.type === 'refuse-pushes') this.#rooms.refusePushes(message.why)
      else void this.#answer(message.call, message.question)
    }
    if (lengths.size > 0) this.#outbox.say({ type: 'taken', lengths })
  }

  #hangUp(line: number): void {
    const connection = this.#lines.get(line)
    this.#lines.delete(line)
    connection?.closed()
  }

  async #answer(call: number, question: Question): Promise<void> {
    try {
      const value = await this.#ask(question)
      this.#outbox.say({ type: 'answer', call, value })
    } catch (error) {
      this.#outbox.say({ type: 'failed', call, error: cloneError(error) })
    }
  }

  async #ask(question: Question): Promise<unknown> {
    const rooms = this.#rooms
    switch (question.ask) {
      case 'connect': {
        const [room, line, visitor] = question.parameters
        let isOver = false
        const ended = () => {
          isOver = true
        }
        const connection = await rooms.connect(room, this.#socket(line, ended), visitor)
        // The room may have no place for it.
        if (!isOver) this.#lines.set(line, connection)
        return undefined
      }
      case 'create':
        return await rooms.create(...question.parameters)
      case 'position':
        return await rooms.position(...question.parameters)
      case 'changes':
        return await rooms.changes(...question.parameters)
      case 'isShortCatchUp':
        return await rooms.isShortCatchUp(...question.parameters)
      case 'overview':
        return await rooms.overview()
      case 'inspect':
        return await rooms.inspect(...question.parameters)
      case 'history':
        return await rooms.history(...question.parameters)
      case 'sweep':
        return await rooms.sweep(...question.parameters)
      case 'close':
        return await rooms.close()
    }
  }

  /** How much waits for a client, and who is cut for it, is seen to where the sockets are. */
  #socket(line: number, ended: () => void): RoomSocket {
    return {
      send: (frame, follows = false) => this.#outbox.send(line, frame, follows),
      close: (reason) => {
        ended()
        this.#lines.delete(line)
        this.#outbox.say({ type: 'close', line, reason })
      },
      cut: () => {},
      bufferedBytes: 0,
    }
  }
}
