import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { type BrowserContext, chromium } from '@playwright/test'

/** A Chromium whose process is the test's own child, to be killed with no chance to tidy up. */
export class KillableBrowser {
  readonly context: BrowserContext
  readonly #process: ChildProcess

  /** @param profile a directory, which outlives it */
  static async start(profile: string): Promise<KillableBrowser> {
    const path = process.env.SAVEPOINT_CHROMIUM ?? chromium.executablePath()
    const isRoot = process.getuid?.() === 0
    const args = [
      '--headless',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      '--no-first-run',
      ...(isRoot ? ['--no-sandbox'] : []),
    ]
    const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      const [context] = (await chromium.connectOverCDP(await addressOf(child.stderr))).contexts()
      if (context === undefined) throw new Error('Chromium was started, and has no context.')
      return new KillableBrowser(context, child)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  private constructor(context: BrowserContext, child: ChildProcess) {
    this.context = context
    this.#process = child
  }

  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }
}

/** Where it can be talked to. What else it says is read as well: one that nobody reads comes to wait. */
function addressOf(stderr: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    stderr.on('data', (part) => {
      said += part
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
      if (address !== undefined) resolve(address)
    })
    stderr.on('end', () => reject(new Error(`Chromium has ended before it could be talked to: ${said}`)))
  })
}
