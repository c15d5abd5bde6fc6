import { executionAsyncId } from 'node:async_hooks'
import { once } from 'node:events'
import { setImmediate } from 'node:timers'
import { isMainThread, Worker } from 'node:worker_threads'
import type { AppVersion, SimulatedApp } from '../app.ts'
import { watchMutators } from './watch-mutators.ts'
import { WATCHDOG_SOURCE } from './watchdog-source.ts'

/** Real time that one run of a mutator may take, in milliseconds. One takes microseconds, and the machine may be busy. */
const MUTATOR_MS_MAX = 5_000

/** A mutator did not come to an end, and was stopped. */
export class MutatorHangs extends Error {
  override readonly name = 'MutatorHangs'
  constructor(mutator: string, seconds: number, where: string) {
    super(`The mutator "${mutator}" was still running after ${seconds} s, ${where}. It was stopped. See that its loops come to an end.`)
  }
}

/**
 * Watches the mutators of an app from another thread, for in its own a loop without end lets nobody else have a turn. It stops
 * what does not end, where Node survives that; else it says what it was, and ends the process.
 */
export class Watchdog {
  /** 0: counts runs of mutators. 1: which one runs now, from 1; 0 is none. */
  readonly #flags = new Int32Array(new SharedArrayBuffer(8))
  readonly #names: string[] = []
  readonly #worker: Worker
  readonly #ms: number
  readonly #hangs: Promise<never>
  #where = ''

  static async start(ms = MUTATOR_MS_MAX): Promise<Watchdog> {
    await new Promise((resolve) => setImmediate(resolve))
    // Where promises are followed by hooks, as by test runners on older Nodes, each has an ID of its own here. A process
    // in which such a one is stopped crashes.
    const canStop = isMainThread && executionAsyncId() === 0
    const watchdog = new Watchdog(ms, canStop)
    await once(watchdog.#worker, 'online')
    watchdog.#worker.unref()
    return watchdog
  }

  private constructor(ms: number, canStop: boolean) {
    this.#ms = ms
    this.#worker = new Worker(WATCHDOG_SOURCE, { eval: true, workerData: { flags: this.#flags, ms, canStop } })
    this.#hangs = new Promise((_, reject) => {
      this.#worker.on('message', (index: number) => reject(new MutatorHangs(this.#names[index - 1] ?? '', this.#ms / 1000, this.#where)))
    })
    this.#hangs.catch(() => {})
  }

  /** Says where a run is, for the message. */
  set where(text: string) {
    this.#where = text
    this.#worker.postMessage({ where: text })
  }

  /** The same app, with mutators whose runs are seen. */
  watch(app: SimulatedApp): SimulatedApp {
    const watched: SimulatedApp = {
      ...app,
      ...this.#watchVersion(app),
      ...(app.laterVersions && { laterVersions: app.laterVersions.map((version) => this.#watchVersion(version)) }),
    }
    this.#worker.postMessage({ names: this.#names })
    return watched
  }

  /** What the work comes to, or MutatorHangs. */
  async guard<T>(work: Promise<T>): Promise<T> {
    this.#worker.ref()
    try {
      return await Promise.race([work, this.#hangs])
    } finally {
      this.#worker.unref()
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #watchVersion(version: AppVersion): AppVersion {
    const around = (name: string) => {
      const index = this.#names.push(name)
      return <T>(run: () => T): T => {
        const flags = this.#flags
        const outer = flags[1] as number
        flags[0] = (flags[0] as number) + 1
        flags[1] = index
        try {
          return run()
        } finally {
          flags[1] = outer
        }
      }
    }
    return watchMutators(version, around)
  }
}
