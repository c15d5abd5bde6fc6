import { isIdentifier, isWord, type Token } from './tokenize.ts'

/** The target of one write, as named in the SQL, and what is done to it. */
export interface WriteTarget {
  readonly action: 'insert' | 'update' | 'delete'
  readonly table: string
  /** Where in the tokens the target's name stands. */
  readonly at: number
}

/**
 * The tables that the statements write to directly. Sound, as INTO, UPDATE, DELETE, FROM, SET and ON are reserved words: unquoted
 * they are never names. Writes by triggers and foreign-key actions are not among them.
 */
export function writeTargets(tokens: readonly Token[]): WriteTarget[] {
  const targets: WriteTarget[] = []
  for (let i = 0; i < tokens.length; i++) {
    const action = actionAt(tokens, i)
    if (action === undefined) continue
    const at = lastOfName(tokens, action === 'update' ? afterConflictClause(tokens, i + 1) : action === 'delete' ? i + 2 : i + 1)
    const name = tokens[at]
    if (isIdentifier(name)) targets.push({ action, table: name.value, at })
  }
  return targets
}

function actionAt(tokens: readonly Token[], i: number): WriteTarget['action'] | undefined {
  if (isWord(tokens[i], 'into')) return 'insert'
  if (isWord(tokens[i], 'delete') && isWord(tokens[i + 1], 'from')) return 'delete'
  // `ON CONFLICT … DO UPDATE SET` names no table: the insert before it did.
  if (isWord(tokens[i], 'update') && !isWord(tokens[i - 1], 'do')) return 'update'
  return undefined
}

/** Skips `OR ABORT` and its like. */
function afterConflictClause(tokens: readonly Token[], i: number): number {
  return isWord(tokens[i], 'or') ? i + 2 : i
}

/** In `main.notes` the name that counts is the last. */
function lastOfName(tokens: readonly Token[], i: number): number {
  return tokens[i + 1]?.text === '.' && isIdentifier(tokens[i + 2]) ? i + 2 : i
}
