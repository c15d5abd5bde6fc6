import { ENGINE_PREFIX } from '../sql/assert-allowed.ts'
import { isIdentifier, isWord, type Token } from '../sql/tokenize.ts'

/** Adds to `problems` what no object of a synced schema may say, wherever it stands. `where` names the object. */
export function checkSqlText(where: string, tokens: readonly Token[], problems: string[]): void {
  for (const [i, token] of tokens.entries()) {
    if (isWord(token, 'rollback')) {
      const rolls = (isWord(tokens[i - 1], 'conflict') && isWord(tokens[i - 2], 'on')) || isOrRollback(tokens, i)
      if (rolls) problems.push(`${where} says ON CONFLICT ROLLBACK or OR ROLLBACK, which undoes other mutations too: use ABORT, the default`)
      if (tokens[i - 1]?.text === '(' && isWord(tokens[i - 2], 'raise')) problems.push(`${where} says RAISE(ROLLBACK), which undoes other mutations too: use RAISE(ABORT)`)
    }
    if (isIdentifier(token) && token.value.toLowerCase().startsWith(ENGINE_PREFIX)) {
      problems.push(`${where} names ${token.text}: names that begin with ${ENGINE_PREFIX} are the engine’s own, choose another`)
    }
  }
}

function isOrRollback(tokens: readonly Token[], i: number): boolean {
  return isWord(tokens[i - 1], 'or') && (isWord(tokens[i - 2], 'insert') || isWord(tokens[i - 2], 'update'))
}
