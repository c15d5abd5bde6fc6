import { join } from 'node:path'
import { build } from 'vite'

/** Builds the test pages once, before any test. */
// biome-ignore lint/style/noDefaultExport: Playwright calls a set-up by its default export.
export default async function buildPages(): Promise<void> {
  await build({ configFile: join(import.meta.dirname, '..', 'pages', 'vite.config.ts'), logLevel: 'warn' })
}
