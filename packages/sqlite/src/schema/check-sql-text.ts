import { ENGINE_PREFIX } from '../sql/assert-allowed.ts'
import { isIdentifier, isWord, type Token } from '../sql/tokenize.ts'

/**
 * Adds to `problems` what no object of a synced schema may say, wherever it stands. `where` names the object; `hasDerived` is
 * whether the schema has derived tables.
 */
export function checkSqlText(where: string, tokens: readonly Token[], hasDerived: boolean, problems: string[]): void {
  for (const [i, token] of tokens.entries()) {
    if (isPolicy(tokens, i, 'rollback')) {
      problems.push(`${where} says ON CONFLICT ROLLBACK, OR ROLLBACK or RAISE(ROLLBACK), which undoes other mutations too: use ABORT`)
    }
    if (hasDerived && isPolicy(tokens, i, 'fail')) {
      problems.push(
        `${where} says ON CONFLICT FAIL, OR FAIL or RAISE(FAIL), which can stop between two triggers of a row, so that derived tables fall behind: use ABORT`,
      )
    }
    if (isIdentifier(token) && token.value.toLowerCase().startsWith(ENGINE_PREFIX)) {
      problems.push(`${where} names ${token.text}: names that begin with ${ENGINE_PREFIX} are the engine’s own, choose another`)
    }
  }
}

/** True if the word stands here for what to do on a conflict. */
function isPolicy(tokens: readonly Token[], i: number, word: string): boolean {
  const [before, last] = [tokens[i - 2], tokens[i - 1]]
  if (!isWord(tokens[i], word)) return false
  if (isWord(last, 'or')) return isWord(before, 'insert') || isWord(before, 'update')
  return (isWord(last, 'conflict') && isWord(before, 'on')) || (last?.text === '(' && isWord(before, 'raise'))
}
