import { type Token, tokenize } from '../sql/tokenize.ts'

const KEEPS_SCHEMA = new Set('select insert update delete replace with values begin savepoint release commit end explain'.split(' '))

/**
 * The parameters of one statement, as SQLite numbers them: the name of each with its prefix (`:name`, `?2`), or null
 * for a bare `?`. For engines that do not tell.
 */
export function parameterNames(sql: string): (string | null)[] {
  const names: (string | null)[] = []
  for (const { kind, text } of tokenize(sql)) if (kind === 'parameter') assign(names, text)
  return names
}

/** True if the text holds no statement: only white space, semicolons and comments. */
export function isBlankSql(sql: string): boolean {
  return sql === '' || statementTokens(sql).length === 0
}

/**
 * False if running the statement cannot change the columns of a table. ROLLBACK can: it may take back an ALTER TABLE.
 */
export function mayChangeSchema(sql: string): boolean {
  return !KEEPS_SCHEMA.has(statementTokens(sql)[0]?.text.toLowerCase() ?? '')
}

/** True if the statement is an EXPLAIN, or an EXPLAIN QUERY PLAN. */
export function isExplain(sql: string): boolean {
  return statementTokens(sql)[0]?.text.toLowerCase() === 'explain'
}

function statementTokens(sql: string): Token[] {
  return tokenize(sql).filter((token) => token.text !== ';')
}

function assign(names: (string | null)[], name: string): void {
  if (name === '?') {
    names.push(null)
    return
  }
  if (name.startsWith('?')) {
    const index = Number(name.slice(1))
    while (names.length < index) names.push(null)
    names[index - 1] ??= name
    return
  }
  if (!names.includes(name)) names.push(name)
}
