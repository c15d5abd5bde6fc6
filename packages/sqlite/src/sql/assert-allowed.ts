import { ForbiddenSqlError } from './forbidden-sql-error.ts'
import { isIdentifier, isWord, type Token, tokenize } from './tokenize.ts'
import { writeTargets } from './write-targets.ts'

/** What every table, trigger and function of the engine's own begins with. */
export const ENGINE_PREFIX = '_savepoint_'

const STARTS = new Set(['select', 'insert', 'replace', 'update', 'delete', 'with', 'values'])

/** Why each other kind of statement is refused. */
const REASONS: { readonly [word: string]: string } = {
  create: 'the schema is changed by a new schema version, never by a mutator',
  alter: 'the schema is changed by a new schema version, never by a mutator',
  drop: 'the schema is changed by a new schema version, never by a mutator',
  begin: 'a mutation is one transaction already: throw to undo it',
  commit: 'a mutation is one transaction already: it is committed when the mutator returns',
  end: 'a mutation is one transaction already: it is committed when the mutator returns',
  rollback: 'a mutation is one transaction already: throw to undo it',
  savepoint: 'a mutation is one transaction already: throw to undo it',
  release: 'a mutation is one transaction already: throw to undo it',
  pragma: 'settings of the connection are not a mutator’s',
  attach: 'a mutation works on one database',
  detach: 'a mutation works on one database',
  explain: 'plans differ from one side to the other',
}

/** Tables and functions that reach beneath SQL, or that tell what differs from one side to the other. */
const FORBIDDEN_NAMES = new Set([
  'load_extension',
  'sqlite_dbpage',
  'dbstat',
  'sqlite_stat1',
  'sqlite_stat2',
  'sqlite_stat3',
  'sqlite_stat4',
])

/** What the guard has to know of the schema. */
export interface GuardOptions {
  /** Derived tables, in lower case: a mutator may read them, but writing them is left to their triggers. */
  readonly derived?: ReadonlySet<string>
}

/**
 * Checks that a mutator may run this SQL: one statement that reads or writes rows, and none of the engine's own tables, not
 * even to read (on a server they hold what other clients sent). Call it once for each text, before preparing it.
 *
 * @throws ForbiddenSqlError that says what was found and why it is refused.
 * @example
 * assertAllowed('UPDATE notes SET title = ? WHERE id = ?')
 */
export function assertAllowed(sql: string, options: GuardOptions = {}): void {
  const tokens = tokenize(sql)
  assertStart(tokens[0])
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (token.kind === 'illegal') refuse(`${quote(token)} is not SQL that every engine reads alike`)
    if (token.text === ';' && i + 1 < tokens.length) refuse('there is more than one statement: run each by a call of its own')
    if (isIdentifier(token)) assertName(token)
    if (isWord(token, 'or') && (isWord(tokens[i - 1], 'insert') || isWord(tokens[i - 1], 'update'))) assertPolicy(tokens[i + 1], options)
  }
  for (const { table } of writeTargets(tokens)) {
    if (table.toLowerCase() === 'sqlite_sequence')
      refuse('sqlite_sequence is SQLite’s own: a counter at its end would fail like a full disk')
    if (options.derived?.has(table.toLowerCase())) {
      refuse(`${table} is a derived table, which is not synced: write the tables it is made from, and let their triggers write it`)
    }
  }
}

/** The word behind INSERT OR or UPDATE OR. */
function assertPolicy(policy: Token | undefined, options: GuardOptions): void {
  if (isWord(policy, 'rollback')) refuse('OR ROLLBACK would undo other mutations too: use OR ABORT, or throw')
  if (isWord(policy, 'fail') && options.derived !== undefined && options.derived.size > 0) {
    refuse('OR FAIL can stop between two triggers of a row, so that derived tables fall behind: use OR ABORT, the default, or OR IGNORE')
  }
}

function assertStart(token: Token | undefined): void {
  if (token === undefined) refuse('there is no statement')
  const word = token.kind === 'name' ? token.text.toLowerCase() : ''
  if (STARTS.has(word)) return
  const reason = REASONS[word] ?? 'a mutator runs SELECT, INSERT, REPLACE, UPDATE, DELETE, WITH or VALUES'
  refuse(`it begins with ${quote(token)}: ${reason}`)
}

function assertName(token: Token): void {
  const name = token.value.toLowerCase()
  if (name.startsWith(ENGINE_PREFIX)) {
    const hint = token.kind === 'string' ? '; if it is data, pass it as a parameter' : ''
    refuse(`${quote(token)} is the engine’s own, as all names are that begin with ${ENGINE_PREFIX}${hint}`)
  }
  if (FORBIDDEN_NAMES.has(name))
    refuse(`${quote(token)} is not for mutators: it reaches beneath SQL, or differs from one side to the other`)
}

function quote(token: Token): string {
  return token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text
}

function refuse(what: string): never {
  throw new ForbiddenSqlError(`SQL refused: ${what}`)
}
