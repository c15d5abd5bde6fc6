import { lineAt, type Repo } from './repo.ts'

// Put together here, so that this file does not break its own rule.
const MACHINE_PATH = new RegExp(`(?<![\\w.@-])/(?:${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]+`, 'g')
const PAGE = /[\w./-]*\w\.md\b/g

/** Paths that exist on one machine only. */
export function machinePaths(repo: Repo): string[] {
  return find(repo, MACHINE_PATH, () => true).map((found) => `${found} is a path of somebody's machine`)
}

/** Documents that are mentioned, in code or prose, but are not in the repository. The rules themselves may name what is yet to come. */
export function missingPages(repo: Repo): string[] {
  const names = new Set([...repo.keys()].map((path) => path.split('/').at(-1)))
  const absent = (page: string) => !names.has(page.split('/').at(-1))
  const texts = new Map([...repo].filter(([path]) => !path.startsWith('tidy/')))
  return find(texts, PAGE, absent).map((found) => `${found} is not in the repository`)
}

function find(repo: Repo, pattern: RegExp, counts: (match: string) => boolean): string[] {
  const found: string[] = []
  for (const [path, text] of repo) {
    if (path.endsWith('package-lock.json')) continue
    for (const match of text.matchAll(pattern)) if (counts(match[0])) found.push(`${path}:${lineAt(text, match.index)}: ${match[0]}`)
  }
  return found
}
