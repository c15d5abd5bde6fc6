import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

interface Programs {
  /** Where a source of this workspace is found now. */
  pathOf(source: string): string
  remove(): void
}

/**
 * Compiles programs of this workspace and the packages that they use. A process that is started anew every few seconds
 * is up in a quarter of the time if it has nothing to compile; and it is what users run.
 *
 * @param sources relative to `simulations/src`
 * @throws Error if they do not compile
 */
export function compilePrograms(sources: readonly string[]): Programs {
  tsc('-b')
  const cache = join(ROOT, '.cache')
  mkdirSync(cache, { recursive: true })
  // Within the checkout, from where its packages are found.
  const directory = mkdtempSync(join(cache, 'programs-'))
  const rootDir = join(ROOT, 'simulations', 'src')
  const files = sources.map((source) => join(rootDir, source))
  const options = { outDir: directory, rootDir, module: 'NodeNext', target: 'ES2023', types: 'node' }
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  tsc(...files, ...flags, '--ignoreConfig', '--rewriteRelativeImportExtensions', '--skipLibCheck')
  return {
    pathOf: (source) => join(directory, source.replace(/\.ts$/, '.js')),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function tsc(...args: readonly string[]): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...args], { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`What is to run does not compile.\n${stdout}`)
}
