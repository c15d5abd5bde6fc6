import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PROGRAM = fileURLToPath(new URL('./server-process.ts', import.meta.url))
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A server in a process of its own, on the same files and the same port each time. */
export class KillableServer {
  readonly #directory: string
  readonly #program: string
  #port = 0
  #child: ChildProcess | undefined
  #isUp = false

  /** @param program the path of what starts a server, as `server-process.ts` does */
  constructor(directory: string, program = PROGRAM) {
    this.#directory = directory
    this.#program = program
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }
  /** True from when it listens until it is killed. */
  get isUp(): boolean {
    return this.#isUp
  }

  /**
   * Resolves when it listens, or when it was killed before.
   * @throws (rejects) Error if it ends by itself
   */
  async start(): Promise<void> {
    const child = fork(this.#program, [this.#directory, String(this.#port)], {
      execArgv: ['--conditions=@savepoint/source', '--import', LOADER],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child = child
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [{ port: number } | number | null]
    // It may have been killed just as it said that it listens.
    if (child.killed) return
    if (typeof message === 'object' && message !== null) {
      this.#port = message.port
      this.#isUp = true
    } else throw new Error(`The server has ended by itself, with exit code ${message}`)
  }

  /** No handler runs, and what the process held is gone. What it had given to the system is not: only a power cut takes that too. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#isUp = false
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
