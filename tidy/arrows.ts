import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { type Import, readModules } from './modules.ts'
import { isConfig, isTest, type Repo } from './repo.ts'
import { packageOf, rootDevDependencies, type Workspace, workspaces } from './workspaces.ts'

const CORE = '@savepoint/core'
const SQLITE = '@savepoint/sqlite'
const CLIENT = '@savepoint/client'
const SERVER = '@savepoint/server'

/** Which of its siblings a house may use. A private workspace that is not listed may use any, by public entries. */
const ALLOWED: { readonly [directory: string]: readonly string[] } = {
  'packages/core': [],
  'packages/sqlite': [CORE],
  'packages/client': [CORE, SQLITE],
  'packages/server': [CORE, SQLITE],
  'packages/react': [CLIENT],
  'packages/simulator': [CORE, SQLITE, CLIENT, SERVER],
  mutators: [CORE],
}

/** Imports, manifests and project references that point where none may. */
export function brokenArrows(repo: Repo): string[] {
  const houses = workspaces(repo)
  const byName = new Map(houses.map((house) => [house.name, house]))
  const shared = rootDevDependencies(repo)
  const broken: string[] = []
  for (const house of houses) {
    const allowed = allowedFor(house, byName)
    for (const name of [...house.dependencies, ...house.devDependencies]) {
      if (byName.has(name) && !allowed.has(name)) broken.push(`${house.directory}/package.json: may not depend on ${name}`)
    }
    broken.push(...strayReferences(house, byName, repo))
  }
  for (const [path, { imports }] of readModules(repo)) {
    const house = houses.find(({ directory }) => path.startsWith(`${directory}/`))
    if (!house) continue
    for (const one of imports) {
      const reason = one.specifier.startsWith('.') ? leaves(house, path, one) : refused(house, path, one, byName, shared)
      if (reason) broken.push(`${path}:${one.line}: ${reason}`)
    }
  }
  return [...new Set(broken)]
}

function allowedFor(house: Workspace, byName: ReadonlyMap<string, Workspace>): ReadonlySet<string> {
  const listed = ALLOWED[house.directory]
  if (listed) return new Set(listed)
  return new Set(house.published ? [] : byName.keys())
}

function leaves(house: Workspace, path: string, { specifier }: Import): string | undefined {
  const target = posix.join(posix.dirname(path), specifier)
  return target.startsWith(`${house.directory}/`) ? undefined : `'${specifier}' reaches into another house; import its public entry`
}

function refused(
  house: Workspace,
  path: string,
  { specifier }: Import,
  byName: ReadonlyMap<string, Workspace>,
  shared: ReadonlySet<string>,
): string | undefined {
  const name = packageOf(specifier)
  const sibling = byName.get(name)
  if (isBuiltin(specifier)) return undefined
  if (sibling && !allowedFor(house, byName).has(name)) return `may not import ${name}`
  if (sibling && !sibling.entries.has(`.${specifier.slice(name.length)}`)) return `'${specifier}' is no public entry of ${name}`
  if (house.dependencies.has(name) || name === house.name) return undefined
  const forTests = house.devDependencies.has(name) || shared.has(name)
  if (forTests && (isTest(path) || isConfig(path))) return undefined
  return `'${name}' is not among the dependencies of ${house.directory}/package.json`
}

/** A package's project references are its dependencies again; `tsc -b` would otherwise build in the wrong order. */
function strayReferences(house: Workspace, byName: ReadonlyMap<string, Workspace>, repo: Repo): string[] {
  const path = `${house.directory}/tsconfig.json`
  const text = repo.get(path)
  if (!house.published || text === undefined) return []
  const { references = [] } = JSON.parse(text) as { references?: { path: string }[] }
  const found = references.map((reference) => posix.join(house.directory, reference.path)).sort()
  const wanted = [...house.dependencies].flatMap((name) => byName.get(name)?.directory ?? []).sort()
  return found.join() === wanted.join() ? [] : [`${path}: references [${found}], but the dependencies are [${wanted}]`]
}
