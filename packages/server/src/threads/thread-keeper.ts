import { type Reason, SavepointError } from '@savepoint/core'
import type { ServerEvent } from '../room/server-event.ts'
import type { CondemnedMutations } from './condemned-mutations.ts'
import type { RoomThread } from './room-thread.ts'
import { currentRun, type Running, readRunning } from './shared-watch.ts'
import type { SpareThread } from './spare-thread.ts'
import type { CondemnedMutation } from './thread-message.ts'

/** A thread that is told to end, and runs JavaScript, is gone in a moment; one that is not by then runs a query that does not end. */
const TERMINATE_MS_MAX = 500

/** A thread that has run for so long, in milliseconds, has not died of how it starts. */
const LIFE_MS_MIN = 10_000

/** Wait before a thread is started that has died at once, again; it doubles each time, up to the second. */
const RESTART_DELAY_MS_MIN = 100
const RESTART_DELAY_MS_MAX = 10_000

/** Mutations remembered that ran as a thread died. One that is forgotten is tried once more. */
const SUSPECTS_MAX = 1000

/** Threads that run queries without end, of one place. With more, the others wait: each takes a core. */
const STUCK_MAX = 8

const UNAVAILABLE = 'The room is being opened anew. Nothing of this was acknowledged, and all of it is still pending; connect again.'
const GOING_AWAY = 'The server is shutting down. What is pending is kept; connect again.'

type EndReason = (ServerEvent & { event: 'thread-ended' })['reason']

export interface ThreadKeeperOptions {
  readonly spare: SpareThread
  readonly onEvent: (event: ServerEvent) => void
  /** Of all threads. */
  readonly condemned: CondemnedMutations
  /** Which of the threads it is, for events. */
  readonly index: number
  /** How long one mutator, or the work after one commit, may run, in milliseconds. */
  readonly mutatorMsMax: number
  /** Milliseconds that only ever go up. */
  readonly elapsed: () => number
}

/**
 * Keeps a thread of rooms running: ends it when the app's code in it does not end, and starts another when it is gone. The mutation
 * that did it is rejected when its client sends it again, so that each costs its neighbours one restart and no more.
 */
export class ThreadKeeper {
  readonly #options: ThreadKeeperOptions
  /** Mutations that ran when a thread died by itself: perhaps of them. */
  readonly #suspects = new Set<string>()
  /** Threads that could not be ended, by the room that they hold. */
  readonly #stuck = new Map<string, RoomThread>()
  #running: RoomThread | null = null
  #next: Promise<RoomThread>
  #failures = 0
  #watched = { run: 0, ms: 0 }
  #hasRun = false
  #closing = false
  #tellClosing = () => {}
  readonly #toldClosing = new Promise<void>((resolve) => {
    this.#tellClosing = resolve
  })
  #pushesRefused: Reason | null = null

  constructor(options: ThreadKeeperOptions) {
    this.#options = options
    this.#next = this.#start()
    this.#next.catch(() => {})
  }

  get openCount(): number {
    return this.#running?.rooms.size ?? 0
  }

  /** Resolves when the thread runs. @throws (rejects) what kept it from it */
  async started(): Promise<void> {
    await this.#next
  }

  /**
   * The thread that has the room, when it is ready.
   * @throws SavepointError if it cannot be had now
   */
  async threadOf(room: string): Promise<RoomThread> {
    if (this.#closing) throw new SavepointError('going-away', GOING_AWAY)
    if (this.#stuck.has(room)) {
      throw new SavepointError(
        'unavailable',
        'A query in this room does not end, so it cannot be opened. What is pending is kept; it goes on when the query ends or the server is restarted.',
      )
    }
    try {
      return await this.#next
    } catch (cause) {
      if (this.#closing) throw new SavepointError('going-away', GOING_AWAY)
      throw new SavepointError('unavailable', UNAVAILABLE, { cause })
    }
  }

  /** The thread, if it runs now. */
  get thread(): RoomThread | null {
    return this.#running
  }

  /** See `RoomHost.refusePushes`; it holds for threads to come as well. */
  refusePushes(why: Reason | null): void {
    this.#pushesRefused = why
    this.#running?.refusePushes(why)
  }

  /** To be called every `tickMs`: one run that goes on over too many of them is ended. */
  look(tickMs: number): void {
    const thread = this.#running
    if (thread === null) return
    const run = currentRun(thread.watch)
    if (run === 0 || run !== this.#watched.run) {
      this.#watched = { run, ms: 0 }
      return
    }
    this.#watched.ms += tickMs
    if (this.#watched.ms >= this.#options.mutatorMsMax) this.#overrun(thread)
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#tellClosing()
    const thread = await this.#next.catch(() => null)
    if (thread === null) return
    await Promise.race([thread.ask('close'), thread.ended]).catch(() => {})
    this.#running = null
    thread.fail('going-away', GOING_AWAY)
    thread.terminate()
    await this.#isGone(thread)
  }

  async #start(): Promise<RoomThread> {
    const { index, onEvent, elapsed } = this.#options
    const thread = this.#options.spare.take()
    thread.condemn(this.#options.condemned.list)
    if (this.#pushesRefused !== null) thread.refusePushes(this.#pushesRefused)
    let startedAt: number | null = null
    void thread.ended.then((error) => {
      if (this.#running !== thread) return
      if (startedAt === null || elapsed() - startedAt < LIFE_MS_MIN) this.#failures++
      else this.#failures = 0
      this.#died(thread, error)
    })
    this.#running = thread
    await thread.ready
    startedAt = elapsed()
    this.#hasRun = true
    onEvent({ event: 'thread-started', thread: index })
    return thread
  }

  #overrun(thread: RoomThread): void {
    const running = readRunning(thread.watch)
    // It has ended just now.
    if (running?.run !== this.#watched.run) return
    if (running.kind === 'mutation') this.#condemn(running, 'timeout', `it ran for more than ${this.#options.mutatorMsMax} ms`)
    this.#end(thread, running.kind === 'after-commit' ? 'after-commit-timeout' : 'mutator-timeout', running)
    thread.terminate()
    if (!this.#closing) this.#startAgain(this.#makeWay(thread, running.room))
  }

  #died(thread: RoomThread, error: unknown): void {
    if (!this.#hasRun) {
      // It is for who started it to know.
      this.#running = null
      return thread.fail('unavailable', UNAVAILABLE)
    }
    const running = readRunning(thread.watch)
    const isMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
    if (running?.kind === 'mutation') this.#suspect(running, isMemory)
    this.#end(thread, isMemory ? 'out-of-memory' : 'error', running, error)
    const delay = this.#failures <= 1 ? 0 : Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** (this.#failures - 2))
    if (this.#closing) return
    if (delay === 0) return this.#startAgain(Promise.resolve())
    this.#next = Promise.reject(error)
    this.#next.catch(() => {})
    setTimeout(() => {
      if (!this.#closing) this.#startAgain(Promise.resolve())
    }, delay).unref()
  }

  /** Its lines are told, so that clients come back, each after a short wait of its own length. */
  #end(thread: RoomThread, reason: EndReason, running: Running | null, error?: unknown): void {
    this.#running = null
    this.#watched = { run: 0, ms: 0 }
    const { index, onEvent } = this.#options
    const rooms = [...thread.rooms]
    const of = running && { room: running.room, clientID: running.mutation.clientID, mutationID: running.mutation.mutationID }
    // What ran too long is not run again, so nobody need wait for it to be over.
    const isOver = reason === 'mutator-timeout' || reason === 'after-commit-timeout'
    if (this.#closing) thread.fail('going-away', GOING_AWAY)
    else thread.fail('unavailable', UNAVAILABLE, isOver ? 0 : undefined)
    onEvent({ event: 'thread-ended', thread: index, reason, rooms, ...(of && { mutation: of }), ...(error !== undefined && { error }) })
  }

  #startAgain(way: Promise<void>): void {
    this.#next = way.then(() => {
      if (this.#closing) throw new SavepointError('going-away', GOING_AWAY)
      return this.#start()
    })
    this.#next.catch(() => {})
  }

  /** Resolves when the thread is gone, or is known not to go; then its room is refused until it does. Who closes waits for no other. */
  async #makeWay(thread: RoomThread, room: string): Promise<void> {
    if (await this.#isGone(thread)) return
    const { index, onEvent } = this.#options
    this.#stuck.set(room, thread)
    onEvent({ event: 'thread-stuck', thread: index, room })
    void thread.ended.then(() => {
      this.#stuck.delete(room)
      onEvent({ event: 'thread-freed', thread: index, room })
    })
    if (this.#stuck.size >= STUCK_MAX) await Promise.race([this.#toldClosing, ...[...this.#stuck.values()].map(({ ended }) => ended)])
  }

  async #isGone(thread: RoomThread): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), TERMINATE_MS_MAX)
    })
    const isGone = await Promise.race([thread.ended.then(() => true), late])
    clearTimeout(timer)
    return isGone
  }

  /** What dies of memory may die of what others hold: a mutation is rejected when a thread has died of it twice. */
  #suspect(running: Running & { kind: 'mutation' }, isMemory: boolean): void {
    const key = JSON.stringify([running.room, running.mutation])
    if (!this.#suspects.delete(key)) this.#suspects.add(key)
    else if (isMemory) this.#condemn(running, 'out-of-memory', 'it took more memory than its thread has')
    else this.#condemn(running, 'internal', 'its thread ended as it ran')
    if (this.#suspects.size > SUSPECTS_MAX) this.#suspects.clear()
  }

  #condemn({ room, mutation }: Running & { kind: 'mutation' }, code: CondemnedMutation['code'], why: string): void {
    const message = `The mutation was ended on the server: ${why}. It had no effect.`
    try {
      this.#options.condemned.add({ room, ...mutation, code, message })
    } catch (error) {
      this.#options.onEvent({ event: 'room-failed', room, error })
    }
  }
}
