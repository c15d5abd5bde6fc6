import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './repo.ts'

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')

/** Type-checks a folder of files under .cache, where imports resolve as in the repository; returns the compiler's errors. */
export function compile(folder: string, files: ReadonlyMap<string, string>, config: object): string[] {
  const directory = join(ROOT, '.cache', folder)
  rmSync(directory, { recursive: true, force: true })
  for (const [path, text] of [...files, ['tsconfig.json', JSON.stringify({ ...config, files: [...files.keys()] })] as const]) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  if (files.size === 0) return []
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', '.', '--pretty', 'false'], { cwd: directory, encoding: 'utf8' })
  return status === 0 ? [] : stdout.trim().split(/\n(?! )/)
}
