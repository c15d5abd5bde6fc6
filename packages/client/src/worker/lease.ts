import type { TabWorld } from './tab-world.ts'

/** How often a leader notes that it is awake. */
const TICK_MS = 250

/** Who was not awake for so long may have been robbed, and looks before it does anything. Others wait longer before they rob. */
const CERTAIN_MS = 800

interface LeaseOptions {
  readonly world: TabWorld
  readonly lock: string
  /** The lock was taken by another tab, after this one had been silent for so long. */
  lost(silentMs: number): void
}

/**
 * A leader's hold on the lock. Another tab takes the lock of one that is silent; so whoever wakes up has to look whether it
 * leads still, before it runs, saves or sends anything.
 */
export class Lease {
  readonly #options: LeaseOptions
  #awakeAt: number
  #silentMs = 0
  #waiting: (() => void)[] = []
  #holder: Promise<string | undefined> = Promise.resolve(undefined)
  #isOver = false
  #release: () => void = () => {}
  #cancelTick = () => {}

  private constructor(options: LeaseOptions) {
    this.#options = options
    this.#awakeAt = options.world.elapsed()
    this.#tick()
  }

  /** Waits for the lock, or takes it from whoever has it. Undefined if the signal ends the wait. */
  static take(options: LeaseOptions, { steal, signal }: { steal: boolean; signal: AbortSignal }): Promise<Lease | undefined> {
    const { locks } = options.world
    if (locks === undefined) return Promise.resolve(new Lease(options))
    return new Promise((resolve) => {
      let lease: Lease | undefined
      const hold = () => {
        lease = new Lease(options)
        resolve(lease)
        return lease.#hold()
      }
      locks.request(options.lock, steal ? { steal } : { signal }, hold).then(
        () => {},
        () => (lease === undefined ? resolve(undefined) : lease.#lose()),
      )
    })
  }

  /** False if it may be that another tab leads. */
  get isCertain(): boolean {
    return !this.#isOver && this.#waiting.length === 0 && this.#options.world.elapsed() - this.#awakeAt < CERTAIN_MS
  }

  /** Runs it now, or after it was seen that this tab leads still, in the order of the calls; never, if it does not. */
  guard(task: () => void): void {
    if (this.isCertain) return task()
    if (this.#isOver) return
    this.#waiting.push(task)
    if (this.#waiting.length === 1) void this.#look()
  }

  /** Lets go of the lock. */
  end(): void {
    this.#isOver = true
    this.#waiting = []
    this.#cancelTick()
    this.#release()
  }

  async #hold(): Promise<void> {
    const released = new Promise<void>((resolve) => {
      this.#release = resolve
    })
    this.#holder = this.#whoHolds()
    await released
  }

  #lose(): void {
    if (this.#isOver) return
    this.end()
    this.#options.lost(Math.max(this.#silentMs, this.#options.world.elapsed() - this.#awakeAt))
  }

  async #look(): Promise<void> {
    const known = await this.#holder
    const holder = await this.#whoHolds()
    if (this.#isOver) return
    if (holder !== known) return this.#lose()
    this.#silentMs = Math.max(this.#silentMs, this.#options.world.elapsed() - this.#awakeAt)
    this.#awakeAt = this.#options.world.elapsed()
    const waiting = this.#waiting
    this.#waiting = []
    for (const task of waiting) this.guard(task)
  }

  async #whoHolds(): Promise<string | undefined> {
    const { world, lock } = this.#options
    return (await world.locks?.query())?.held?.find(({ name }) => name === lock)?.clientId
  }

  #tick(): void {
    this.#cancelTick = this.#options.world.scheduler.after(TICK_MS, () => {
      if (this.isCertain) this.#awakeAt = this.#options.world.elapsed()
      else this.guard(() => {})
      this.#tick()
    })
  }
}
