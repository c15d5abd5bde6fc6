import { isIdentifier, isWord, type Token, tokenize } from '../sql/tokenize.ts'

/** What a CREATE TABLE statement says that no PRAGMA tells. */
export interface CreateTableFacts {
  readonly autoincrement: boolean
  /** For each column in turn, its declared collation in upper case, if any. */
  readonly collations: readonly (string | undefined)[]
  /** For each foreign key in turn, whether it is DEFERRABLE INITIALLY DEFERRED. */
  readonly deferred: readonly boolean[]
}

/**
 * Reads a CREATE TABLE statement as SQLite keeps it in `sqlite_schema`, of a table with so many columns.
 *
 * Sound without a parser: AUTOINCREMENT, REFERENCES, DEFERRABLE and COLLATE are reserved words, commas part the columns,
 * and no column follows a table constraint.
 */
export function parseCreateTable(sql: string, columnCount: number): CreateTableFacts {
  const tokens = tokenize(sql)
  return {
    autoincrement: tokens.some((token) => isWord(token, 'autoincrement')),
    collations: definitions(tokens).slice(0, columnCount).map(collationOf),
    deferred: deferredKeys(tokens),
  }
}

/** The comma-separated parts within the outer brackets, each without what stands in inner brackets. */
function definitions(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === ')') depth--
    if (depth === 1 && token.text === ',') parts.push([])
    else if (depth === 1) parts.at(-1)?.push(token)
    if (token.text === '(') depth++
  }
  return parts
}

function collationOf(definition: readonly Token[]): string | undefined {
  const at = definition.findLastIndex((token) => isWord(token, 'collate'))
  const name = definition[at + 1]
  return at >= 0 && isIdentifier(name) ? name.value.toUpperCase() : undefined
}

/** A DEFERRABLE clause speaks of the nearest REFERENCES before it; the last one counts. */
function deferredKeys(tokens: readonly Token[]): boolean[] {
  const keys: boolean[] = []
  for (const [i, token] of tokens.entries()) {
    if (isWord(token, 'references')) keys.push(false)
    if (isWord(token, 'deferrable') && keys.length > 0) {
      const initially = isWord(tokens[i + 1], 'initially') && isWord(tokens[i + 2], 'deferred')
      keys[keys.length - 1] = initially && !isWord(tokens[i - 1], 'not')
    }
  }
  return keys
}
