import type { ESTree } from 'vite'

/**
 * For each top-level declaration of a module, the names that its signature mentions: parameter and return types, members, supertypes,
 * aliases. Bodies of functions are not part of it.
 */
export function mentionedTypes(program: ESTree.Program): Map<string, ReadonlySet<string>> {
  const mentions = new Map<string, ReadonlySet<string>>()
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement
    for (const [name, node] of declared(declaration)) mentions.set(name, namesIn(node))
  }
  return mentions
}

function declared(node: ESTree.Node): [string, ESTree.Node][] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap((one) => (one.id.type === 'Identifier' ? [[one.id.name, one]] : []))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSDeclareFunction':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return node.id ? [[node.id.name, node]] : []
    default:
      return []
  }
}

/** Type references anywhere in the declaration, but not in bodies: those are blocks. */
function namesIn(node: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const each of node) namesIn(each, names)
  if (!isNode(node) || node.type === 'BlockStatement') return names
  const named = namedBy(node)
  if (named) names.add(named)
  for (const child of Object.values(node)) if (child !== null && typeof child === 'object') namesIn(child, names)
  return names
}

function namedBy(node: ESTree.Node): string | undefined {
  switch (node.type) {
    case 'TSTypeReference':
      return leftmost(node.typeName)
    case 'TSTypeQuery':
      return leftmost(node.exprName)
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
      return leftmost(node.expression)
    case 'ClassDeclaration':
      return node.superClass ? leftmost(node.superClass) : undefined
    default:
      return undefined
  }
}

function leftmost(node: ESTree.Node): string | undefined {
  if (node.type === 'TSQualifiedName') return leftmost(node.left)
  return node.type === 'Identifier' ? node.name : undefined
}

function isNode(value: unknown): value is ESTree.Node {
  return value !== null && typeof value === 'object' && 'type' in value && typeof value.type === 'string'
}
