import { isWord, type Token } from './tokenize.ts'

/** A SELECT from one table whose rows all satisfy each of some conditions. */
interface SingleTableSelect {
  /** As written in FROM. */
  readonly table: string
  /** The WHERE, parted at the ANDs that hold it together: a row is in the result only if each of them is true of it. */
  readonly conditions: readonly (readonly Token[])[]
}

/** With these, more than the rows of one table may decide, or it may be another one than it seems. */
const OTHER_SOURCES = new Set(['with', 'union', 'intersect', 'except', 'join'])

/** Functions that tell of more than the row: of what was written last, or of the content of a table. */
const ODD_FUNCTIONS = new Set(['changes', 'total_changes', 'last_insert_rowid', 'rtreecheck'])

/** Where a WHERE ends. All are reserved words, as are all others that are looked for here. */
export const AFTER_WHERE = ['group', 'order', 'limit', 'having', 'returning']

/**
 * Reads the text of a SELECT, if it is of the one form whose WHERE can be told to hold for each row: one SELECT, one name in
 * FROM, and a WHERE of conditions joined by AND. Undefined of everything else, and whenever in doubt.
 */
export function singleTableSelect(tokens: readonly Token[]): SingleTableSelect | undefined {
  if (!isWord(tokens[0], 'select') || tokens.some((token, i) => isElse(token, i, tokens))) return undefined
  const from = tokens.findIndex((token) => isWord(token, 'from'))
  const table = tokens[from + 1]
  if (from < 0 || isWord(tokens[from - 1], 'distinct') || (table?.kind !== 'name' && table?.kind !== 'quoted')) return undefined
  const where = from + 2 + aliasTokens(tokens, from + 2)
  if (!isWord(tokens[where], 'where') || depthAt(tokens, from) !== 0) return undefined
  const conditions = partedAtAnd(tokens.slice(where + 1))
  return conditions && { table: table.value, conditions }
}

function isElse(token: Token, i: number, tokens: readonly Token[]): boolean {
  if (readsMore(token, i, tokens) || isWord(token, 'values')) return true
  return i > 0 && isWord(token, 'from') && tokens.findIndex((t) => isWord(t, 'from')) !== i
}

/** True if with this token more than one statement's one table and its own row may decide. */
export function readsMore(token: Token, i: number, tokens: readonly Token[]): boolean {
  if (token.kind === 'illegal') return true
  if (token.text === ';') return i < tokens.length - 1
  if (token.kind !== 'name' && token.kind !== 'quoted') return false
  const name = token.value.toLowerCase()
  if (tokens[i + 1]?.text === '(' && ODD_FUNCTIONS.has(name)) return true
  if (token.kind === 'quoted') return false
  // `x IN t` reads a table.
  if (name === 'in') return tokens[i + 1]?.text !== '('
  return OTHER_SOURCES.has(name) || (i > 0 && name === 'select')
}

/** How many tokens the alias takes, if it is one. */
function aliasTokens(tokens: readonly Token[], at: number): number {
  if (isWord(tokens[at], 'where')) return 0
  return isWord(tokens[at], 'as') ? 2 : 1
}

function depthAt(tokens: readonly Token[], end: number): number {
  let depth = 0
  for (let i = 0; i < end; i++) depth += step(tokens[i] as Token)
  return depth
}

function step({ text }: Token): number {
  return text === '(' ? 1 : text === ')' ? -1 : 0
}

/** Undefined if an AND may be another thing, or what it joins need not be true: of BETWEEN or CASE, or beside OR. */
export function partedAtAnd(tokens: readonly Token[]): Token[][] | undefined {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += step(token)
    if (depth === 0) {
      if (token.text === ';' || AFTER_WHERE.some((word) => isWord(token, word))) break
      if (['or', 'between', 'case'].some((word) => isWord(token, word))) return undefined
    }
    if (depth === 0 && isWord(token, 'and')) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}
