import { AFTER_WHERE, partedAtAnd, readsMore } from './single-table-select.ts'
import { isIdentifier, isWord, type Token } from './tokenize.ts'
import { writeTargets } from './write-targets.ts'

/** A write to one table that reads nothing else. */
export interface SingleTableWrite {
  /** Of INSERT: the columns it names, if it names any, and what each row of VALUES has for them. */
  readonly inserts?: { readonly columns: readonly string[] | undefined; readonly rows: readonly (readonly (readonly Token[])[])[] }
  /** Of UPDATE and DELETE: each is true of every row that is written. */
  readonly conditions?: readonly (readonly Token[])[]
  /** The columns that are set, also where an insert meets a row. */
  readonly sets: readonly string[]
}

/**
 * Reads the text of a write, if it is of a form whose rows may be told from it: `INSERT … VALUES`, or UPDATE or DELETE with a WHERE of
 * conditions joined by AND, without a further SELECT or table. Undefined of everything else, and whenever in doubt.
 */
export function singleTableWrite(tokens: readonly Token[]): SingleTableWrite | undefined {
  const [target, ...others] = writeTargets(tokens)
  if (target === undefined || others.length > 0 || !['insert', 'replace', 'update', 'delete'].some((word) => isWord(tokens[0], word)))
    return undefined
  if (tokens.some((token, i) => readsMore(token, i, tokens))) return undefined
  const froms = tokens.filter((token) => isWord(token, 'from')).length
  const sets = setColumns(tokens)
  if (froms !== (target.action === 'delete' ? 1 : 0) || sets === undefined) return undefined
  const { action } = target
  const at = target.at + (isWord(tokens[target.at + 1], 'as') ? 3 : 1)
  if (action === 'insert') {
    const inserts = insertsOf(tokens.slice(at))
    return inserts && { inserts, sets }
  }
  if (!isWord(tokens[at], action === 'update' ? 'set' : 'where')) return undefined
  const where = depthless(tokens, at, (token) => isWord(token, 'where'))
  const conditions = where < 0 ? undefined : partedAtAnd(tokens.slice(where + 1))
  return conditions && { conditions, sets }
}

/** What comes behind the table's name of an INSERT. */
function insertsOf(tokens: readonly Token[]): SingleTableWrite['inserts'] {
  let at = 0
  let columns: string[] | undefined
  if (tokens[0]?.text === '(') {
    const list = listAt(tokens, 0)
    if (list === undefined || list.items.some((item) => item.length !== 1 || !isIdentifier(item[0]))) return undefined
    columns = list.items.map(([name]) => (name as Token).value)
    at = list.end
  }
  if (!isWord(tokens[at], 'values')) return undefined
  const rows: Token[][][] = []
  do {
    const list = listAt(tokens, at + 1)
    if (list === undefined) return undefined
    rows.push(list.items)
    at = list.end
  } while (tokens[at]?.text === ',')
  return { columns, rows }
}

/** What stands between commas in the brackets that open here. */
function listAt(tokens: readonly Token[], start: number): { items: Token[][]; end: number } | undefined {
  if (tokens[start]?.text !== '(') return undefined
  const items: Token[][] = [[]]
  let depth = 0
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (token.text === ')' && --depth === 0) return { items, end: i + 1 }
    if (token.text === ',' && depth === 1) items.push([])
    else if (i > start) items.at(-1)?.push(token)
    if (token.text === '(') depth++
  }
  return undefined
}

/** The names that a SET gives values to; undefined if one cannot be told. */
function setColumns(tokens: readonly Token[]): string[] | undefined {
  const names: string[] = []
  for (let start = 0; ; ) {
    const set = depthless(tokens, start, (token) => isWord(token, 'set'))
    if (set < 0) return names
    let at = set
    do {
      const first = tokens[at + 1]
      const several = first?.text === '(' ? listAt(tokens, at + 1) : undefined
      for (const name of several === undefined ? [first] : several.items.map((item) => (item.length === 1 ? item[0] : undefined))) {
        if (!isIdentifier(name)) return undefined
        names.push(name.value)
      }
      at = depthless(tokens, several?.end ?? at + 1, (token) => token.text === ',' || isEndOfSet(token))
    } while (tokens[at]?.text === ',')
    if (at < 0) return names
    start = at
  }
}

function isEndOfSet(token: Token): boolean {
  return token.text === ';' || ['on', ...AFTER_WHERE, 'where'].some((word) => isWord(token, word))
}

/** The next token at which this is so and that stands in no brackets that opened since `start`; -1 if there is none. */
function depthless(tokens: readonly Token[], start: number, isIt: (token: Token) => boolean): number {
  let depth = 0
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (depth === 0 && isIt(token)) return i
    if (token.text === '(') depth++
    else if (token.text === ')') depth--
  }
  return -1
}
