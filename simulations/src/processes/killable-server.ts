import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

interface KillableServerOptions {
  /** Added to this process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Open for writing: where it puts what it prints. Default: where this process does. */
  readonly log?: number
  /** Node's own flags. */
  readonly flags?: readonly string[]
}

/** A server in a process of its own, on the same files and the same port each time. */
export class KillableServer {
  readonly #directory: string
  readonly #program: string
  readonly #options: KillableServerOptions
  #port = 0
  #child: ChildProcess | undefined
  #isUp = false

  /** @param program the path of what starts a server on the directory and port in its arguments, and sends `{ port }` */
  constructor(directory: string, program: string, options: KillableServerOptions = {}) {
    this.#directory = directory
    this.#program = program
    this.#options = options
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }
  get port(): number {
    return this.#port
  }
  get pid(): number | undefined {
    return this.#child?.pid
  }
  /** True from when it listens until it is killed. */
  get isUp(): boolean {
    return this.#isUp && !this.#hasEnded
  }
  get #hasEnded(): boolean {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /**
   * Resolves when it listens, or when it was killed before.
   * @throws (rejects) Error if it ends by itself
   */
  async start(): Promise<void> {
    const { env, log = 'inherit', flags = [] } = this.#options
    const loader = this.#program.endsWith('.ts') ? ['--conditions=@savepoint/source', '--import', LOADER] : []
    const child = fork(this.#program, [this.#directory, String(this.#port)], {
      execArgv: [...loader, ...flags],
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, ...env },
    })
    this.#child = child
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [{ port: number } | number | null]
    // It may have been killed just as it said that it listens.
    if (child.killed || child.signalCode === 'SIGKILL') return
    if (typeof message === 'object' && message !== null) {
      this.#port = message.port
      this.#isUp = true
    } else throw new Error(`The server has ended by itself, with exit code ${message}`)
  }

  /** No handler runs, and what the process held is gone. What it had given to the system is not: only a power cut takes that too. */
  async kill(): Promise<void> {
    this.#isUp = false
    if (this.#hasEnded) return
    this.#child?.kill('SIGKILL')
    await this.ended()
  }

  /** Asks it to close in order, which it may not live to see. */
  close(): void {
    if (this.#child?.connected) this.#child.disconnect()
  }

  /** Resolves when the process is gone, however it went. */
  async ended(): Promise<void> {
    const child = this.#child
    if (child && !this.#hasEnded) await once(child, 'exit')
    this.#isUp = false
  }
}
