import { posix } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import { isSource, lineAt, type Repo } from './repo.ts'
import { packageOf, type Workspace } from './workspaces.ts'

/** One imported name, or `'*'` where a module is taken as a whole: a namespace, a side effect, `import()`, the address of one below. A re-export has no `local`. */
export interface Import {
  readonly specifier: string
  readonly imported: string
  readonly local?: string
  readonly line: number
}

/** One exported name. It has a `specifier` and the `imported` name there if it is passed on from another module. */
export interface Export {
  readonly name: string
  readonly local?: string
  readonly specifier?: string
  readonly imported?: string
  readonly line: number
}

export interface Module {
  readonly path: string
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  readonly program: ESTree.Program
}

/** Parses every source file, by the parser that Vite itself uses: TypeScript's own has no API in this version. */
export function readModules(repo: Repo): Map<string, Module> {
  const modules = new Map<string, Module>()
  for (const [path, text] of repo) if (isSource(path)) modules.set(path, parseModule(path, text))
  return modules
}

export function parseModule(path: string, text: string): Module {
  const { program, module, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const imports: Import[] = []
  const exports: Export[] = []
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const common = { specifier: moduleRequest.value, line: lineAt(text, start) }
    if (entries.length === 0) imports.push({ ...common, imported: '*' })
    for (const { importName, localName } of entries) {
      imports.push({ ...common, imported: nameOf(importName.kind, importName.name), local: localName.value })
    }
  }
  for (const { entries, start } of module.staticExports) {
    for (const { moduleRequest, importName, exportName, localName } of entries) {
      const common = { name: nameOf(exportName.kind, exportName.name), line: lineAt(text, start) }
      if (!moduleRequest) {
        exports.push({ ...common, local: localName.name ?? common.name })
        continue
      }
      const passedOn = { specifier: moduleRequest.value, imported: nameOf(importName.kind, importName.name) }
      exports.push({ ...common, ...passedOn })
      imports.push({ ...passedOn, line: common.line })
    }
  }
  const whole = (source: ESTree.Expression, start: number) => {
    if (source.type === 'Literal' && typeof source.value === 'string')
      imports.push({ specifier: source.value, imported: '*', line: lineAt(text, start) })
  }
  new Visitor({
    ImportExpression: (node) => whole(node.source, node.start),
    TSImportType: (node) => whole(node.source, node.start),
    NewExpression: ({ callee, arguments: [address], start }) => {
      const isModule = address?.type === 'Literal' && typeof address.value === 'string' && /^\.\/.*\.tsx?$/.test(address.value)
      if (isModule && callee.type === 'Identifier' && callee.name === 'URL') whole(address, start)
    },
  }).visit(program)
  return { path, imports, exports, program }
}

/** The file that an import names, or undefined if it is none of the repository's. */
export function resolveImport(from: string, specifier: string, houses: readonly Workspace[]): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const name = packageOf(specifier)
  return houses.find((house) => house.name === name)?.entries.get(`.${specifier.slice(name.length)}`)
}

function nameOf(kind: string, name: string | null | undefined): string {
  if (kind === 'Default') return 'default'
  return kind === 'Name' && name ? name : '*'
}
