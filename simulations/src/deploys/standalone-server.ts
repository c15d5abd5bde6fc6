import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../../packages/server/src/cli.ts', import.meta.url))
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** `savepoint-server` with one file of configuration, each command in a process of its own. */
export class StandaloneServer {
  readonly #config: string
  readonly #directory: string

  /**
   * @param directory for the configuration and the data
   * @param app path of the app's module
   */
  constructor(directory: string, app: string) {
    mkdirSync(directory, { recursive: true })
    this.#directory = directory
    this.#config = join(directory, 'savepoint.json')
    writeFileSync(this.#config, JSON.stringify({ app, directory: './data', hostname: '127.0.0.1', port: 0 }))
  }

  /** Runs a command to its end. */
  async command(...args: string[]): Promise<Ended> {
    return await new ServerProcess(this.#spawn(args)).ended
  }

  /** Starts a process that serves; it listens later. 0 is any port. */
  start(port = 0): ServerProcess {
    return new ServerProcess(this.#spawn(['start'], { SAVEPOINT_PORT: String(port) }))
  }

  #spawn(args: string[], env: { [name: string]: string } = {}): ChildProcess {
    return spawn(process.execPath, ['--conditions=@savepoint/source', '--import', LOADER, PROGRAM, ...args, '--config', this.#config], {
      cwd: this.#directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}

/** A process of it. */
export class ServerProcess {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  #output = ''
  readonly #listening: Promise<number>

  constructor(child: ChildProcess) {
    this.#child = child
    this.ended = once(child, 'close').then(([code]) => ({ code, output: this.#output }))
    this.#listening = new Promise((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#output += chunk
        const port = /listens on http:\/\/localhost:(\d+)/.exec(this.#output)?.[1]
        if (port !== undefined) resolve(Number(port))
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      void this.ended.then(({ output }) => reject(new Error(`The server has ended: ${output}`)))
    })
    // Who asks for the port hears of it.
    this.#listening.catch(() => {})
  }

  /**
   * The port, once it listens.
   * @throws (rejects) Error if it ends before
   */
  get port(): Promise<number> {
    return this.#listening
  }

  /** Tells it to stop, and waits until it has. */
  async stop(): Promise<Ended> {
    this.#child.kill('SIGTERM')
    return await this.ended
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }
}
