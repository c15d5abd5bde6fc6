import { isWord, type Token, tokenize } from '../sql/tokenize.ts'
import { type WriteTarget, writeTargets } from '../sql/write-targets.ts'

/** What a CREATE TRIGGER statement says. */
export interface CreateTriggerFacts {
  readonly event: 'insert' | 'update' | 'delete'
  readonly timing: 'before' | 'after' | 'instead of'
  /** The columns of UPDATE OF, in lower case. */
  readonly updateOf: readonly string[] | undefined
  readonly hasWhen: boolean
  /** The body's statements, without their semicolons. */
  readonly statements: readonly (readonly Token[])[]
  readonly writes: readonly WriteTarget[]
  /** What it can RAISE, in lower case: `ignore` skips the rest of the row's triggers, the others fail. */
  readonly raises: readonly string[]
}

const BODY_STARTS = ['insert', 'update', 'delete', 'select', 'replace', 'with']

/** Reads a CREATE TRIGGER statement as SQLite keeps it in `sqlite_schema`. */
export function parseCreateTrigger(sql: string): CreateTriggerFacts {
  const tokens = tokenize(sql)
  let i = tokens.findIndex((token) => isWord(token, 'trigger')) + 1
  if (isWord(tokens[i], 'if') && isWord(tokens[i + 1], 'not') && isWord(tokens[i + 2], 'exists')) i += 3
  i += tokens[i + 1]?.text === '.' ? 3 : 1
  const timing = isWord(tokens[i], 'instead') ? 'instead of' : isWord(tokens[i], 'after') ? 'after' : 'before'
  if (timing === 'instead of') i += 2
  else if (isWord(tokens[i], timing)) i++
  const event = isWord(tokens[i], 'insert') ? 'insert' : isWord(tokens[i], 'delete') ? 'delete' : 'update'
  const on = tokens.findIndex((token, at) => at > i && isWord(token, 'on'))
  const body = tokens.findIndex(
    (token, at) => at > on && isWord(token, 'begin') && BODY_STARTS.some((word) => isWord(tokens[at + 1], word)),
  )
  const statements = splitBody(tokens.slice(body + 1))
  return {
    event,
    timing,
    updateOf: isWord(tokens[i + 1], 'of') ? namesIn(tokens.slice(i + 2, on)) : undefined,
    hasWhen: tokens.slice(on + 2, body).some((token) => isWord(token, 'when')),
    statements,
    writes: statements.flatMap((statement) => writeTargets(statement)),
    raises: statements.flatMap((statement) => statement.flatMap((token, at) => (isRaise(statement, at) ? [token.text.toLowerCase()] : []))),
  }
}

/** True if the token is the word in `RAISE(IGNORE` and its like. */
function isRaise(statement: readonly Token[], at: number): boolean {
  return statement[at - 1]?.text === '(' && isWord(statement[at - 2], 'raise')
}

/** No semicolon stands within a statement of a trigger; behind the last one is END. */
function splitBody(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]]
  for (const token of tokens) {
    if (token.text === ';') statements.push([])
    else statements.at(-1)?.push(token)
  }
  return statements.filter((statement) => statement.length > 0 && !(statement.length === 1 && isWord(statement[0], 'end')))
}

function namesIn(tokens: readonly Token[]): string[] {
  return tokens.filter((token) => token.text !== ',').map((token) => token.value.toLowerCase())
}
