import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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
    let said = ''
    for await (const part of child.stderr) {
      said += part
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
      if (address === undefined) continue
      child.stderr.resume()
      const [context] = (await chromium.connectOverCDP(address)).contexts()
      if (context !== undefined) return new KillableBrowser(context, child)
    }
    throw new Error(`Chromium has ended before it could be talked to: ${said}`)
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
