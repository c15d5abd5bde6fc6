import { mentionedTypes } from './mentioned-types.ts'
import { type Module, readModules, resolveImport } from './modules.ts'
import { isConfig, isMarkdown, isTest, type Repo } from './repo.ts'
import { type Workspace, workspaces } from './workspaces.ts'

/**
 * Exports of inner modules that nothing imports. What only tests import is dead too, but for limits (in capitals), which tests go up to;
 * what tests share need only be used by them.
 */
export function unusedExports(repo: Repo): string[] {
  const code = readCode(repo)
  const unused: string[] = []
  for (const { path, exports } of code.modules.values()) {
    if (!code.houses.some(({ directory }) => path.startsWith(`${directory}/`)) || code.entries.has(path) || isConfig(path)) continue
    for (const { name, line } of exports) {
      const uses = isTest(path) || /^[A-Z\d_]+$/.test(name) ? code.usesByAll : code.usesByShipped
      if (!uses.has(`${path}#${name}`) && !uses.has(`${path}#*`)) unused.push(`${path}:${line}: nothing imports '${name}'`)
    }
  }
  return unused
}

/**
 * Exports of a package's public entries that are neither used in this repository, nor named in its documents, nor types in the signature of
 * one that is. Nothing is held against a repository without a README.
 */
export function unexplainedExports(repo: Repo): string[] {
  if (!repo.has('README.md')) return []
  const code = readCode(repo)
  const prose = [...repo].filter(([path]) => isMarkdown(path) && /^(README\.md|docs\/|packages\/[^/]+\/README\.md)/.test(path))
  const words = new Set(prose.flatMap(([, text]) => text.match(/[\w$]+/g) ?? []))
  const exported = publicExports(code)
  const alive = exported.filter(
    ({ path, name }) => words.has(name) || code.usesByShipped.has(`${path}#${name}`) || code.usesByShipped.has(`${path}#*`),
  )
  const reached = reach(
    code,
    alive.map(({ origin }) => origin),
  )
  return exported
    .filter((one) => !alive.includes(one) && !(one.isType && reached.has(one.origin)))
    .map(({ path, line, name }) => `${path}:${line}: '${name}' is public, but neither used nor documented`)
}

interface Code {
  readonly houses: readonly Workspace[]
  readonly modules: ReadonlyMap<string, Module>
  readonly entries: ReadonlySet<string>
  /** `path#name` of each export that is imported, or passed on by another module. */
  readonly usesByAll: ReadonlySet<string>
  readonly usesByShipped: ReadonlySet<string>
}

function readCode(repo: Repo): Code {
  const houses = workspaces(repo)
  const modules = readModules(repo)
  const usesByAll = new Set<string>()
  const usesByShipped = new Set<string>()
  for (const { path, imports } of modules.values()) {
    for (const { specifier, imported } of imports) {
      const target = resolveImport(path, specifier, houses)
      if (!target) continue
      usesByAll.add(`${target}#${imported}`)
      if (!isTest(path)) usesByShipped.add(`${target}#${imported}`)
    }
  }
  return { houses, modules, entries: new Set(houses.flatMap(({ entries }) => [...entries.values()])), usesByAll, usesByShipped }
}

interface PublicExport {
  readonly path: string
  readonly name: string
  readonly line: number
  /** `path#name` of the declaration behind it. */
  readonly origin: string
  readonly isType: boolean
}

function publicExports(code: Code): PublicExport[] {
  const published = code.houses.filter((house) => house.published)
  return published.flatMap(({ entries }) =>
    [...entries.values()].flatMap((path) =>
      (code.modules.get(path)?.exports ?? []).map(({ name, line }) => {
        const origin = originOf(code, path, name)
        return { path, name, line, origin, isType: isTypeDeclaration(code, origin) }
      }),
    ),
  )
}

/** Follows a name through re-exports and imports to where it is declared. */
function originOf(code: Code, path: string, name: string): string {
  const found = code.modules.get(path)?.exports.find((one) => one.name === name)
  if (!found) return `${path}#${name}`
  const target = found.specifier && resolveImport(path, found.specifier, code.houses)
  return target ? originOf(code, target, found.imported ?? name) : localOrigin(code, path, found.local ?? name)
}

function localOrigin(code: Code, path: string, local: string): string {
  const from = code.modules.get(path)?.imports.find((one) => one.local === local)
  const target = from && resolveImport(path, from.specifier, code.houses)
  return target ? originOf(code, target, from.imported) : `${path}#${local}`
}

function isTypeDeclaration(code: Code, origin: string): boolean {
  const [path = '', name] = origin.split('#')
  return (code.modules.get(path)?.program.body ?? []).some((statement) => {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return (node?.type === 'TSInterfaceDeclaration' || node?.type === 'TSTypeAliasDeclaration') && node.id.name === name
  })
}

/** The declarations that those of `origins` mention, and those that they mention in turn. */
function reach(code: Code, origins: readonly string[]): ReadonlySet<string> {
  const reached = new Set(origins)
  const mentions = new Map<string, ReturnType<typeof mentionedTypes>>()
  for (const origin of reached) {
    const [path = '', name = ''] = origin.split('#')
    const module = code.modules.get(path)
    if (!module) continue
    if (!mentions.has(path)) mentions.set(path, mentionedTypes(module.program))
    for (const mentioned of mentions.get(path)?.get(name) ?? []) reached.add(localOrigin(code, path, mentioned))
  }
  return reached
}
