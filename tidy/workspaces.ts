import { posix } from 'node:path'
import type { Repo } from './repo.ts'

/** What a rule needs to know of one package.json. */
export interface Workspace {
  readonly directory: string
  readonly name: string
  readonly published: boolean
  /** The public entries' source files by subpath: `'.'`, `'./node'`. */
  readonly entries: ReadonlyMap<string, string>
  /** Names that shipped code may import. */
  readonly dependencies: ReadonlySet<string>
  /** Names that only tests and tools may import. */
  readonly devDependencies: ReadonlySet<string>
}

interface Manifest {
  name: string
  private?: boolean
  exports?: Record<string, string | Record<string, string>>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const SOURCE_CONDITION = '@savepoint/source'

/** Every workspace, and what is installed apart inside of one before that; the root's manifest is not one. */
export function workspaces(repo: Repo): Workspace[] {
  const depth = (path: string) => path.split('/').length
  const manifests = [...repo.keys()].filter((path) => path.endsWith('/package.json'))
  return manifests.sort((a, b) => depth(b) - depth(a)).map((path) => read(repo, path))
}

/** What the root's manifest offers to every workspace's tests and to the tools at the root. */
export function rootDevDependencies(repo: Repo): ReadonlySet<string> {
  const manifest = JSON.parse(repo.get('package.json') ?? '{}') as Manifest
  return new Set(Object.keys(manifest.devDependencies ?? {}))
}

/** The package's name in an import: `@a/b/c` is of `@a/b`, `d/e` of `d`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function read(repo: Repo, path: string): Workspace {
  const manifest = JSON.parse(repo.get(path) ?? '') as Manifest
  const directory = posix.dirname(path)
  const entries = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === 'string' ? target : target[SOURCE_CONDITION]
    if (source) entries.set(subpath, posix.join(directory, source))
  }
  return {
    directory,
    name: manifest.name,
    published: manifest.private !== true,
    entries,
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
  }
}
