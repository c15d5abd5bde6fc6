import type { Driver } from '../driver/driver.ts'
import { isWord, type Token, tokenize } from '../sql/tokenize.ts'
import { checkSqlText } from './check-sql-text.ts'
import { SchemaError } from './schema-error.ts'

const REFUSED: { readonly [word: string]: string } = {
  attach: 'a replica is one database',
  detach: 'a replica is one database',
  pragma: 'the engine sets the connection up itself',
  begin: 'the schema is made in one transaction already',
  commit: 'the schema is made in one transaction already',
  end: 'the schema is made in one transaction already',
  rollback: 'the schema is made in one transaction already',
  savepoint: 'the schema is made in one transaction already',
  release: 'the schema is made in one transaction already',
  vacuum: 'it cannot run in a transaction',
}

/**
 * Makes an empty database into the app's, inside the caller's transaction if there is one. Nothing is run if the text says what a
 * synced schema may not.
 *
 * @throws SchemaError with all that is wrong with the text; SqliteError if SQLite refuses it.
 */
export function createSchema(driver: Driver, sql: string): void {
  const problems: string[] = []
  const tokens = tokenize(sql)
  // Derived tables are not known yet: inspectSchema looks again.
  checkSqlText('the schema’s SQL', tokens, false, problems)
  for (const statement of splitStatements(tokens)) {
    const word = statement[0]?.kind === 'name' ? statement[0].text.toLowerCase() : ''
    const reason = REFUSED[word]
    if (reason !== undefined) problems.push(`the schema’s SQL says ${word.toUpperCase()}: ${reason}, so take it out`)
    if (word === 'create' && (isWord(statement[1], 'temp') || isWord(statement[1], 'temporary'))) {
      problems.push('the schema’s SQL creates a temporary object, which would exist on one connection only: create it without TEMP')
    }
  }
  if (problems.length > 0) throw new SchemaError(problems)
  driver.exec(sql)
}

/** A CREATE TRIGGER goes on until `; END ;`, as in SQLite's own `sqlite3_complete`. */
function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = []
  let current: Token[] = []
  for (const token of tokens) {
    if (token.text !== ';') current.push(token)
    else if (isTrigger(current) && !(isWord(current.at(-1), 'end') && current.at(-2)?.text === ';')) current.push(token)
    else {
      if (current.length > 0) statements.push(current)
      current = []
    }
  }
  if (current.length > 0) statements.push(current)
  return statements
}

function isTrigger(statement: readonly Token[]): boolean {
  const at = isWord(statement[1], 'temp') || isWord(statement[1], 'temporary') ? 2 : 1
  return isWord(statement[0], 'create') && isWord(statement[at], 'trigger')
}
