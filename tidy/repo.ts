import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Text by path; paths are relative to the repository's root, with forward slashes. Every rule is a function of one. */
export type Repo = ReadonlyMap<string, string>

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** The files that git tracks or would track, as they are on disk; binary ones are left out. */
export function readRepo(): Repo {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  const repo = new Map<string, string>()
  for (const path of listed.split('\0')) {
    if (path === '' || !existsSync(join(ROOT, path))) continue
    const text = readFileSync(join(ROOT, path), 'utf8')
    if (!text.includes('\0')) repo.set(path, text)
  }
  return repo
}

export function isSource(path: string): boolean {
  return /\.[mc]?[jt]sx?$/.test(path) && !path.endsWith('.d.ts')
}

/** Tests, and what tests share: what neither ships nor counts as a use of what ships. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|contract)\.tsx?$/.test(path) || path.includes('/src/testing/')
}

/** What a tool reads by its name. */
export function isConfig(path: string): boolean {
  return /\.config\.ts$/.test(path)
}

export function isMarkdown(path: string): boolean {
  return path.endsWith('.md')
}

/** The 1-based line that holds the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
