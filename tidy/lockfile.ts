import { posix } from 'node:path'
import type { Repo } from './repo.ts'

interface Lockfile {
  packages: { [path: string]: Locked }
}

interface Locked {
  version?: string
  resolved?: string
  link?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const DEPENDENCY_KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const
const PUBLIC_REGISTRY = 'https://registry.npmjs.org/'

/** Reasons why `npm ci` would fail, here or on another platform: what is missing from a lockfile, or is fetched from elsewhere. */
export function lockfileGaps(repo: Repo): string[] {
  const lockfiles = ['package-lock.json', ...[...repo.keys()].filter((path) => path.endsWith('/package-lock.json'))]
  return lockfiles.flatMap((lockfile) => gapsOf(repo, lockfile, lockfiles))
}

function gapsOf(repo: Repo, lockfile: string, lockfiles: readonly string[]): string[] {
  const { packages } = JSON.parse(repo.get(lockfile) ?? '{"packages":{}}') as Lockfile
  const gaps: string[] = []
  for (const [path, locked] of Object.entries(packages)) {
    for (const [name, wanted] of Object.entries(locked.optionalDependencies ?? {})) {
      const found = findLocked(packages, path, name)
      if (!found) gaps.push(`${lockfile}: '${path}' may need ${name} on another platform, which has no entry`)
      else if (/^\d/.test(wanted) && found.version !== wanted)
        gaps.push(`${lockfile}: '${path}' wants ${name} ${wanted}, not ${found.version}`)
    }
    if (locked.resolved && !locked.link && !locked.resolved.startsWith(PUBLIC_REGISTRY)) {
      gaps.push(`${lockfile}: '${path}' is fetched from ${new URL(locked.resolved).origin}`)
    }
  }
  return [...gaps, ...staleManifests(repo, packages, lockfile, lockfiles)]
}

/** As Node resolves: beside the package that needs it, or further up. */
function findLocked(packages: Lockfile['packages'], path: string, name: string): Locked | undefined {
  const found = packages[path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`]
  if (found || path === '') return found
  return findLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
}

function staleManifests(repo: Repo, packages: Lockfile['packages'], lockfile: string, lockfiles: readonly string[]): string[] {
  const manifests = [...repo.keys()].filter((path) => path === 'package.json' || path.endsWith('/package.json'))
  const own = manifests.filter((path) => lockfileOf(path, lockfiles) === lockfile)
  return own.flatMap((path) => {
    const manifest = JSON.parse(repo.get(path) ?? '{}') as Locked
    const locked = packages[posix.relative(posix.dirname(lockfile), posix.dirname(path))] ?? {}
    const same = DEPENDENCY_KINDS.every((kind) => sorted(manifest[kind]) === sorted(locked[kind]))
    return same ? [] : [`${lockfile}: does not match ${path}; run npm install`]
  })
}

/** The nearest one, beside the manifest or above it. */
function lockfileOf(manifest: string, lockfiles: readonly string[]): string | undefined {
  const above = lockfiles.filter((lockfile) => `/${manifest}`.startsWith(`${posix.join('/', posix.dirname(lockfile), '/')}`))
  return above.sort((a, b) => b.length - a.length)[0]
}

function sorted(dependencies: Record<string, string> = {}): string {
  return JSON.stringify(Object.entries(dependencies).sort())
}
