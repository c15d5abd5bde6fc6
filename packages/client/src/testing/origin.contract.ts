import type { Scheduler } from '../connection/scheduler.ts'
import type { TabChannel, TabLocks, TabWorld } from '../worker/tab-world.ts'
import type { VirtualScheduler } from './virtual-scheduler.contract.ts'

/** A worker as its browser sees it: it can be frozen, stopped in the middle of things, and ended at any moment. */
export class Context {
  readonly id: string
  readonly world: TabWorld
  isDead = false
  /** True if nothing that it does is seen any more, though it holds what it holds. */
  isStopped = false
  #isFrozen = false
  #waiting: (() => void)[] = []

  constructor(origin: Origin, id: string) {
    this.id = id
    this.world = origin.worldOf(this)
  }

  /** Runs it, or when it is thawed; never, if it has ended. */
  run(task: () => void): void {
    if (this.#isFrozen) this.#waiting.push(task)
    else if (!this.isDead) task()
  }

  /** As a process is that never wakes up again: what it does in this very turn comes too late. */
  stop(): void {
    this.isStopped = true
    this.freeze()
  }

  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    if (this.isStopped) return
    this.#isFrozen = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const task of waiting) this.run(task)
  }

  get isFrozen(): boolean {
    return this.#isFrozen
  }
}

interface LockRequest {
  readonly context: Context
  readonly hold: () => Promise<unknown>
  resolve(value: unknown): void
  reject(error: Error): void
}

/** What the workers of an origin share: locks and channels, as the standards have them. */
export class Origin {
  readonly #scheduler: VirtualScheduler
  /** Milliseconds until what is sent arrives. */
  readonly #latency: () => number
  readonly #held = new Map<string, LockRequest>()
  readonly #pending = new Map<string, LockRequest[]>()
  readonly #channels = new Map<string, Set<Ear>>()
  #contexts = 0

  constructor(scheduler: VirtualScheduler, latency: () => number) {
    this.#scheduler = scheduler
    this.#latency = latency
  }

  open(): Context {
    return new Context(this, `context-${++this.#contexts}`)
  }

  end(context: Context): void {
    context.isDead = true
    for (const requests of this.#pending.values()) {
      for (const request of requests.filter((one) => one.context === context)) requests.splice(requests.indexOf(request), 1)
    }
    for (const [name, request] of [...this.#held]) if (request.context === context) this.#free(name, request)
    for (const ears of this.#channels.values()) for (const ear of ears) if (ear.context === context) ears.delete(ear)
  }

  worldOf(context: Context): TabWorld {
    const base = this.#scheduler
    const scheduler: Scheduler = {
      now: () => base.now(),
      random: () => base.random(),
      id: () => base.id(),
      after: (ms, run) => base.after(ms, () => context.run(run)),
      soon: (run) => base.soon(() => context.run(run)),
    }
    return { scheduler, elapsed: () => base.time, locks: this.#locksOf(context), channel: (name) => this.#channel(context, name) }
  }

  #channel(context: Context, name: string): TabChannel {
    const ears = this.#channels.get(name) ?? new Set()
    this.#channels.set(name, ears)
    const ear: Ear = { context, last: 0, channel: { onmessage: null, postMessage: () => {}, close: () => ears.delete(ear) } }
    ear.channel.postMessage = (message) => {
      if (context.isDead || context.isStopped) return
      for (const other of ears) if (other !== ear) this.#deliver(ears, other, structuredClone(message))
    }
    ears.add(ear)
    return ear.channel
  }

  /** In the order of sending. */
  #deliver(ears: Set<Ear>, ear: Ear, data: unknown): void {
    ear.last = Math.max(ear.last, this.#scheduler.time + this.#latency())
    this.#scheduler.after(ear.last - this.#scheduler.time, () =>
      ear.context.run(() => {
        if (ears.has(ear)) ear.channel.onmessage?.({ data })
      }),
    )
  }

  #locksOf(context: Context): TabLocks {
    return {
      request: (name, { steal, signal }, hold) =>
        new Promise((resolve, reject) => {
          const request: LockRequest = {
            context,
            hold,
            resolve: (value) => context.run(() => resolve(value)),
            reject: (error) => context.run(() => reject(error)),
          }
          if (steal) this.#steal(name, request)
          else this.#queue(name, request, signal)
        }),
      query: () =>
        new Promise((resolve) => {
          this.#scheduler.soon(() => {
            const held = [...this.#held].map(([name, request]) => ({ name, clientId: request.context.id }))
            context.run(() => resolve({ held }))
          })
        }),
    }
  }

  #steal(name: string, request: LockRequest): void {
    const holder = this.#held.get(name)
    this.#grant(name, request)
    holder?.reject(new DOMException('stolen', 'AbortError'))
  }

  #queue(name: string, request: LockRequest, signal: AbortSignal | undefined): void {
    const requests = this.#pending.get(name) ?? []
    this.#pending.set(name, requests)
    if (signal?.aborted) return request.reject(signal.reason)
    requests.push(request)
    signal?.addEventListener('abort', () => {
      if (!requests.includes(request)) return
      requests.splice(requests.indexOf(request), 1)
      request.reject(signal.reason)
    })
    this.#next(name)
  }

  #next(name: string): void {
    const requests = this.#pending.get(name) ?? []
    if (this.#held.has(name)) return
    const request = requests.shift()
    if (request !== undefined) this.#grant(name, request)
  }

  #grant(name: string, request: LockRequest): void {
    this.#held.set(name, request)
    this.#scheduler.soon(() =>
      request.context.run(() => {
        const end = () => {
          this.#free(name, request)
          request.resolve(undefined)
        }
        request.hold().then(end, end)
      }),
    )
  }

  #free(name: string, request: LockRequest): void {
    if (this.#held.get(name) !== request) return
    this.#held.delete(name)
    this.#next(name)
  }
}

interface Ear {
  readonly context: Context
  readonly channel: TabChannel
  /** When the last message arrives. */
  last: number
}
