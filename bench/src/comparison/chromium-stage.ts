import { join } from 'node:path'
import { type ServedPages, servePages } from '../browser/pages.ts'
import { chromiumVersion, withProfile } from '../browser/profile.ts'

/** What all runs in Chromium share: that there is one, and the pages, which are built once. */
export class ChromiumStage {
  readonly version: string
  readonly #directory: string
  readonly #served: ServedPages[] = []

  private constructor(version: string, directory: string) {
    this.version = version
    this.#directory = directory
  }

  /** @throws (rejects) Error if no Chromium can be started */
  static async open(directory: string): Promise<ChromiumStage> {
    const version = await withProfile(join(directory, 'first-profile'), async (profile) => chromiumVersion(profile))
    return new ChromiumStage(version, join(directory, 'pages'))
  }

  /** Where the page of this HTML is from now on. @throws (rejects) Error if it cannot be built */
  async serve(html: string): Promise<string> {
    const served = await servePages([html], join(this.#directory, String(this.#served.length)))
    this.#served.push(served)
    return served.urlOf(html)
  }

  async close(): Promise<void> {
    for (const served of this.#served) await served.close()
  }
}
