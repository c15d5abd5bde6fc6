import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build, preview } from 'vite'

const ROOT = join(import.meta.dirname, '..', '..', 'pages')

/** Without these a browser's clock has steps of 100 µs; with them, of 5. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** The benchmark's pages, where a browser can load them. */
interface ServedPages {
  readonly url: string
  close(): Promise<void>
}

/** Builds the pages as an app's are built, from the packages' sources, and serves them. */
export async function servePages(outDir: string): Promise<ServedPages> {
  const input = readdirSync(ROOT)
    .filter((file) => file.endsWith('.html'))
    .map((file) => join(ROOT, file))
  const common = { root: ROOT, configFile: false, logLevel: 'error' } as const
  // Names are worth more than size in a profile.
  const minify = process.env.BENCH_PROFILE_DIRECTORY === undefined
  await build({
    ...common,
    resolve: { conditions: ['@savepoint/source', 'module', 'browser', 'production'] },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, minify, rollupOptions: { input } },
  })
  const server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port: 0, headers: ISOLATION } })
  const { port } = server.httpServer.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}
