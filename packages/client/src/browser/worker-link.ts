import type { Scheduler } from '../connection/scheduler.ts'
import type { StorageInfo } from '../storage.ts'
import { unpackError } from '../worker/crossing-error.ts'
import type { PageLink } from '../worker/page-client.ts'
import type { FromWorker, HostMessage, PageMessage, ReplicaRequest, ToWorker } from '../worker/protocol.ts'

/** How often a page asks whether its worker is alive. */
const PING_MS = 2000

/** A worker that answers none of so many pings is given up: 20 s, more than any query should take. */
const UNANSWERED_PINGS_MAX = 10

/** Workers that are started, one after the other, before the page says that it cannot have one. */
const STARTS_MAX = 3

/** What a link tells the page. */
interface LinkOwner {
  hosted(host: string, storage: StorageInfo): void
  /** The worker has ended, and what it had to say with it. */
  cut(): void
  told(host: string, messages: readonly HostMessage[]): void
  failed(error: Error): void
}

/** A page's own worker: started, watched, and started again if it dies. */
export class WorkerLink implements PageLink {
  readonly #make: () => Worker
  readonly #request: ReplicaRequest
  readonly #scheduler: Scheduler
  owner: LinkOwner = { hosted() {}, cut() {}, told() {}, failed() {} }
  #worker: Worker | undefined
  #cancelPing = () => {}
  #unanswered = 0
  #starts = 0
  #closed: (() => void) | undefined
  #ended = new AbortController()

  constructor(make: () => Worker, request: ReplicaRequest, scheduler: Scheduler) {
    this.#make = make
    this.#request = request
    this.#scheduler = scheduler
  }

  start(): void {
    this.#end()
    this.#starts++
    this.#unanswered = 0
    try {
      const worker = this.#make()
      this.#worker = worker
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (this.#worker === worker) this.#received(data)
      }
      worker.onerror = (event) => {
        if (this.#worker === worker) this.#broke(event.message)
      }
      this.#post({ type: 'open', request: this.#request })
      this.#ping()
    } catch (error) {
      this.#broke((error as Error).message)
    }
  }

  tell(host: string, messages: readonly PageMessage[]): void {
    this.#post({ type: 'tell', host, messages })
  }

  retry(): void {
    this.#starts = 0
    this.start()
  }

  async close(): Promise<void> {
    if (this.#worker !== undefined) {
      const closed = new Promise<void>((resolve) => {
        this.#closed = resolve
      })
      this.#post({ type: 'close' })
      await closed
    }
    this.#end()
  }

  #received(message: FromWorker): void {
    this.#unanswered = 0
    if (message.type === 'host') {
      this.#starts = 0
      this.owner.hosted(message.host, message.storage)
    } else if (message.type === 'told') this.owner.told(message.host, message.messages)
    else if (message.type === 'closed') this.#closed?.()
    else if (message.type === 'alive') this.#watch(message.lock)
    else if (message.type === 'failed') {
      this.#end()
      this.owner.failed(unpackError(message.error))
    }
  }

  /** The worker holds the lock: it is free when the worker is gone. */
  #watch(lock: string): void {
    const { signal } = this.#ended
    navigator.locks.request(lock, { signal }, async () => signal.aborted || this.#broke('It has ended.')).catch(() => {})
  }

  #ping(): void {
    this.#cancelPing = this.#scheduler.after(PING_MS, () => {
      if (++this.#unanswered > UNANSWERED_PINGS_MAX)
        return this.#broke(`It has not answered for ${(PING_MS * UNANSWERED_PINGS_MAX) / 1000} s.`)
      this.#post({ type: 'ping' })
      this.#ping()
    })
  }

  #broke(why: string): void {
    this.#end()
    this.owner.cut()
    this.#closed?.()
    if (this.#closed !== undefined) return
    if (this.#starts < STARTS_MAX) return this.start()
    const message = `The replica's worker does not run: ${why || 'its script cannot be loaded.'} It was started ${STARTS_MAX} times; start() tries again.`
    this.owner.failed(new Error(message))
  }

  #end(): void {
    this.#cancelPing()
    this.#ended.abort()
    this.#ended = new AbortController()
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }
}
