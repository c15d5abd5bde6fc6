import type { Worker } from 'node:worker_threads'
import { type ErrorCode, type Reason, SavepointError } from '@savepoint/core'
import { refuse } from '../room/refuse.ts'
import { type LineTaker, RoomLine } from '../room/room-line.ts'
import type { RoomConnection, RoomSocket } from '../room/room-socket.ts'
import { sendOrCut } from '../room/send-or-cut.ts'
import type { ServerEvent } from '../room/server-event.ts'
import type { Visitor } from '../room/visitor.ts'
import { errorOf } from './clone-error.ts'
import { newWatchMemory } from './shared-watch.ts'
import { startThread } from './start-thread.ts'
import type { CondemnedMutation, FromThread, Question, Questions, ThreadBatch, ThreadStart, ToThread } from './thread-message.ts'

/** Characters of one line's frames that may wait for a thread which is at work: as many as a room queues of one sender. */
export const LINE_LENGTH_MAX = 8 * 1024 * 1024

/** Characters of all lines' frames that may wait for a thread, as many as a room queues of all. */
const LINES_LENGTH_MAX = 64 * 1024 * 1024

const OVERLOADED = 'Too much waits for the room. What is pending is kept, and this is not lost; try again later.'

class ThreadLine extends RoomLine {
  readonly room: string
  /** It is in its room: until then, who connects it is told what fails. */
  isIn = false
  /** Characters of frames that the thread has not taken yet. */
  waiting = 0

  constructor(id: number, room: string, socket: RoomSocket, taker: LineTaker) {
    super(id, socket, taker)
    this.room = room
  }
}

interface Call {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export interface RoomThreadOptions extends Omit<ThreadStart, 'watch'> {
  /** Megabytes of JavaScript objects in the thread; undefined leaves it to Node. */
  readonly heapMbMax: number | undefined
  readonly onEvent: (event: ServerEvent) => void
}

/** A thread of rooms, from start to end, as seen from the thread that holds the sockets. What is said to it in one turn is one message. */
export class RoomThread {
  readonly watch = newWatchMemory()
  /** Rejects if it ends before it is ready. */
  readonly ready: Promise<void>
  /** Resolves when it is gone, with what it died of, if it died. */
  readonly ended: Promise<unknown>
  /** Rooms that are open there. */
  readonly rooms = new Set<string>()
  readonly #worker: Worker
  readonly #options: RoomThreadOptions
  readonly #lines = new Map<number, ThreadLine>()
  readonly #taker: LineTaker = { received: (line, frame) => this.#forward(line, frame), closed: (line) => this.#hangUp(line) }
  readonly #calls = new Map<number, Call>()
  #outbox: ToThread[] = []
  #count = 0
  #waiting = 0
  #isReady = () => {}
  /** Why nothing more is taken. */
  #failure: SavepointError | null = null

  constructor(options: RoomThreadOptions) {
    this.#options = options
    const { app, directory, retention, limits, heapMbMax } = options
    const worker = startThread(new URL('./room-worker', import.meta.url).href, {
      workerData: { app, directory, limits, watch: this.watch, ...(retention && { retention }) } satisfies ThreadStart,
      ...(heapMbMax !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMbMax } }),
    })
    this.#worker = worker
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('message', (batch: ThreadBatch) => this.#heard(batch))
    this.ended = new Promise((resolve) => worker.once('exit', () => resolve(cause)))
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = resolve
      worker.once('exit', () => reject(cause ?? new Error('The thread of rooms ended as it started.')))
    })
    this.ready.catch(() => {})
  }

  /** These mutations are not to run there. */
  condemn(mutations: readonly CondemnedMutation[]): void {
    this.#say({ type: 'condemned', mutations })
  }

  /** See `RoomHost.refusePushes`. */
  refusePushes(why: Reason | null): void {
    this.#say({ type: 'refuse-pushes', why })
  }

  async connect(room: string, socket: RoomSocket, visitor: Visitor): Promise<RoomConnection> {
    const line = new ThreadLine(++this.#count, room, socket, this.#taker)
    this.#lines.set(line.id, line)
    try {
      await this.ask('connect', room, line.id, visitor)
      line.isIn = true
    } catch (error) {
      this.#lines.delete(line.id)
      throw error
    }
    return line
  }

  async ask<N extends keyof Questions>(ask: N, ...parameters: Parameters<Questions[N]>): Promise<ReturnType<Questions[N]>> {
    if (this.#failure !== null) throw this.#failure
    const call = ++this.#count
    return await new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      this.#say({ type: 'ask', call, question: { ask, parameters } as Question })
    })
  }

  /**
   * Nothing more is heard of it: all lines are refused, and questions that were not answered fail.
   * @param retryAfterMs when the lines may come back, if that is known
   */
  fail(code: ErrorCode, message: string, retryAfterMs?: number): void {
    if (this.#failure !== null) return
    this.#failure = new SavepointError(code, message)
    for (const { socket, isIn } of this.#lines.values())
      if (isIn) refuse(socket, { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) })
    this.#lines.clear()
    for (const { reject } of this.#calls.values()) reject(this.#failure)
    this.#calls.clear()
    this.#outbox = []
  }

  /** Ends it. If it runs a query that does not end, that takes until it does; the process is not kept for it. */
  terminate(): void {
    this.#worker.unref()
    this.#worker.terminate().catch(() => {})
  }

  #say(message: ToThread): void {
    if (this.#outbox.length === 0) setImmediate(() => this.#flush())
    this.#outbox.push(message)
  }

  #flush(): void {
    const batch = this.#outbox
    this.#outbox = []
    if (batch.length > 0) this.#worker.postMessage(batch)
  }

  #forward(id: number, frame: string): void {
    const line = this.#lines.get(id)
    if (line === undefined) return
    if (line.waiting + frame.length > LINE_LENGTH_MAX || this.#waiting + frame.length > LINES_LENGTH_MAX) {
      this.#hangUp(id)
      this.#options.onEvent({ event: 'refused', code: 'overloaded' })
      return refuse(line.socket, { code: 'overloaded', message: OVERLOADED })
    }
    line.waiting += frame.length
    this.#waiting += frame.length
    this.#say({ type: 'frame', line: id, frame })
  }

  #send(id: number, frame: string, follows: boolean): void {
    const line = this.#lines.get(id)
    if (line === undefined) return
    const bufferedBytes = sendOrCut(line.socket, frame, follows, this.#options.limits.socketBufferBytes)
    if (bufferedBytes === null) return
    this.#hangUp(id)
    this.#options.onEvent({ event: 'client-cut', room: line.room, bufferedBytes })
  }

  #hangUp(line: number): void {
    if (this.#lines.delete(line)) this.#say({ type: 'closed', line })
  }

  #heard({ frames, said }: ThreadBatch): void {
    for (const message of said) this.#obey(message, frames)
  }

  #obey(message: FromThread, frames: readonly string[]): void {
    switch (message.type) {
      case 'ready':
        return this.#isReady()
      case 'send':
        for (const line of message.lines) this.#send(line, frames[message.frame] as string, message.follows)
        return
      case 'close': {
        const line = this.#lines.get(message.line)
        this.#lines.delete(message.line)
        return line?.socket.close(message.reason)
      }
      case 'taken':
        for (const [id, length] of message.lengths) {
          this.#waiting -= length
          const line = this.#lines.get(id)
          if (line !== undefined) line.waiting -= length
        }
        return
      case 'answer':
        this.#calls.get(message.call)?.resolve(message.value as never)
        this.#calls.delete(message.call)
        return
      case 'failed':
        this.#calls.get(message.call)?.reject(errorOf(message.error))
        this.#calls.delete(message.call)
        return
      case 'event':
        return this.#tell(
          message.error === undefined ? message.event : ({ ...message.event, error: errorOf(message.error) } as ServerEvent),
        )
    }
  }

  #tell(event: ServerEvent): void {
    if (event.event === 'room-opened') this.rooms.add(event.room)
    else if (event.event === 'room-closed') this.rooms.delete(event.room)
    this.#options.onEvent(event)
  }
}
