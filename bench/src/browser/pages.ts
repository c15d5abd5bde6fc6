import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, preview } from 'vite'

const ROOT = join(import.meta.dirname, '..', '..')
const BENCH_PAGES = join(ROOT, 'pages')

/** Without these a browser's clock has steps of 100 µs; with them, of 5. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** Pages, where a browser can load them. */
export interface ServedPages {
  /** Of one of them, by the path of its HTML. */
  urlOf(file: string): string
  close(): Promise<void>
}

/** The HTML of a benchmark's page, by its name. */
export function benchPage(name: string): string {
  return join(BENCH_PAGES, `${name}.html`)
}

/** The HTML of all pages that benchmarks are made of. */
export function benchPages(): string[] {
  return readdirSync(BENCH_PAGES)
    .filter((file) => file.endsWith('.html'))
    .map((file) => join(BENCH_PAGES, file))
}

/** Builds pages as an app's are built, from the packages' sources, and serves them. */
export async function servePages(input: readonly string[], outDir: string): Promise<ServedPages> {
  const common = { root: ROOT, configFile: false, logLevel: 'error' } as const
  // Names are worth more than size in a profile.
  const minify = process.env.BENCH_PROFILE_DIRECTORY === undefined
  await build({
    ...common,
    resolve: { conditions: ['@savepoint/source', 'module', 'browser', 'production'] },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, minify, rollupOptions: { input: [...input] } },
  })
  const server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port: 0, headers: ISOLATION } })
  const { port } = server.httpServer.address() as { port: number }
  return { urlOf: (file) => new URL(relative(ROOT, file), `http://127.0.0.1:${port}/`).href, close: () => server.close() }
}
