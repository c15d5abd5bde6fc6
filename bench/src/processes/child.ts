import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Call, Reply } from './answer.ts'

/** Without a build, as in tests, packages run from source. */
const CONDITIONS = process.env.SAVEPOINT_BENCH_BUILT === '1' ? [] : ['--conditions=@savepoint/source']

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Another process of the benchmark, which answers calls; see {@link answer}. */
export class Child {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0

  /** Starts a script of this workspace. */
  constructor(script: URL) {
    this.#process = fork(script, { execArgv: [...CONDITIONS, '--import', LOADER], serialization: 'advanced' })
    this.#process.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (reply.error === undefined) waiting?.resolve(reply.result)
      else waiting?.reject(new Error(`In another process: ${reply.error}`))
    })
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`A process of the benchmark ended with ${code}.`))
      this.#waiting.clear()
    })
  }

  /** Calls a function of the other process. What is passed is cloned. */
  async call<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#calls
    return await new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#process.send({ id, name, argument } satisfies Call)
    })
  }

  /** Ends it at once; what it was asked is rejected. Its own children end, as they are disconnected. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** Lets it clean up, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || !this.#process.connected) return
    const exited = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.disconnect()
    await exited
  }
}
