import { type BindValue, rowKey, type SqlParams } from '@savepoint/core'
import type { SyncedColumn, SyncedTable } from '../schema/synced-table.ts'
import { isWord, type Token } from '../sql/tokenize.ts'

/** Names a value of a key: by the index and the name of a parameter, or as it stands in the text. */
export type Operand = { readonly index: number; readonly name: string | undefined } | { readonly value: BindValue }

/** Rows that a statement's text tells by their key. */
export interface KeyedRows {
  readonly table: SyncedTable
  /** For each column of the key, what it is to equal; of a key of one column any of them. */
  readonly operands: readonly (readonly Operand[])[]
}

/** The rows that all these conditions leave, if they tell them by their key. */
export function rowsWhere(
  table: SyncedTable,
  conditions: readonly (readonly Token[])[],
  parameters: ReadonlyMap<Token, Operand>,
): KeyedRows | undefined {
  const operands: (readonly Operand[])[] = []
  for (const i of table.pk) {
    const { name, collation } = table.columns[i] as SyncedColumn
    const found = conditions.map((tokens) => equalTo(name, tokens, parameters, table.pk.length === 1)).find(Boolean)
    if (found === undefined || collation !== 'BINARY') return undefined
    operands.push(found)
  }
  return { table, operands }
}

/** What a condition says that a column equals, if it says just that: `a = ?`, `? = a`, or `a IN (?, …)` where several will do. */
function equalTo(
  column: string,
  tokens: readonly Token[],
  parameters: ReadonlyMap<Token, Operand>,
  severalWillDo: boolean,
): readonly Operand[] | undefined {
  const operandOf = (token: Token | undefined) => operandFor(token, parameters)
  const start = columnTokens(column, tokens, 0)
  if (start > 0 && isWord(tokens[start], 'in') && severalWillDo) return listed(tokens.slice(start + 1), operandOf)
  const [at, operand] = start > 0 ? [start, tokens[start + 1]] : [1, tokens[0]]
  const length = start > 0 ? start + 2 : 2 + columnTokens(column, tokens, 2)
  const isEquality = (tokens[at]?.text === '=' || tokens[at]?.text === '==') && length === tokens.length && length > 2
  const found = isEquality ? operandOf(operand) : undefined
  return found && [found]
}

/** How many tokens name the column at this place: `id`, `t.id`, or none. FROM has one name, so the one before the dot need not be looked at. */
function columnTokens(column: string, tokens: readonly Token[], at: number): number {
  const name = tokens[at + 1]?.text === '.' ? tokens[at + 2] : tokens[at]
  if (name?.kind !== 'name' && name?.kind !== 'quoted') return 0
  // Unquoted, words of these names are no columns.
  if (name.kind === 'name' && /^(null|true|false|current_\w+)$/i.test(name.text)) return 0
  if (foldName(name.value) !== foldName(column)) return 0
  return name === tokens[at] ? 1 : 3
}

/** The members of `(?, ?, …)`. */
function listed(tokens: readonly Token[], operandOf: (token: Token | undefined) => Operand | undefined): Operand[] | undefined {
  if (tokens.length < 3 || tokens[0]?.text !== '(' || tokens.at(-1)?.text !== ')') return undefined
  const operands: Operand[] = []
  for (let i = 1; i < tokens.length; i += 2) {
    const operand = operandOf(tokens[i])
    if (operand === undefined || tokens[i + 1]?.text !== (i + 2 < tokens.length ? ',' : ')')) return undefined
    operands.push(operand)
  }
  return operands
}

/** The value that a token stands for, if it is one by itself. */
export function operandFor(token: Token | undefined, parameters: ReadonlyMap<Token, Operand>): Operand | undefined {
  return token?.kind === 'parameter' ? parameters.get(token) : literalOf(token)
}

function literalOf(token: Token | undefined): Operand | undefined {
  if (token?.kind === 'string') return { value: token.value }
  return token?.kind === 'number' && /^\d{1,15}$/.test(token.text) ? { value: Number(token.text) } : undefined
}

/** Which value each parameter of the text stands for. Source: SQLite's rule for their numbers. */
export function parametersOf(tokens: readonly Token[]): Map<Token, Operand> {
  const parameters = new Map<Token, Operand>()
  const named = new Map<string, number>()
  let last = 0
  for (const token of tokens) {
    if (token.kind !== 'parameter') continue
    const { text } = token
    const given = /^\?\d+$/.test(text) ? Number(text.slice(1)) : named.get(text)
    const index = given ?? last + 1
    last = Math.max(last, index)
    if (text !== '?') named.set(text, index)
    parameters.set(token, { index: index - 1, name: text === '?' ? undefined : text.slice(1) })
  }
  return parameters
}

/** The keys (see `rowKey`) with these parameters; undefined if some value might equal what is stored as another one. */
export function keysOf({ table, operands }: KeyedRows, params: SqlParams): (string | number)[] | undefined {
  const values = operands.map((some, i) => {
    const column = table.columns[table.pk[i] as number] as SyncedColumn
    return some.map((operand) => storedAs(column, givenValue(operand, params)))
  })
  const [only, ...rest] = values as [ReturnType<typeof storedAs>[], ...ReturnType<typeof storedAs>[][]]
  const keys = rest.length === 0 ? only.map((value) => [value]) : [values.map(([value]) => value)]
  if (keys.some((key) => key.includes(undefined))) return undefined
  return keys.map((key) => rowKey(key.flatMap((value) => value ?? [])))
}

/** The value, where the key is one value of one column: cheaper than {@link keysOf}. Undefined elsewhere, and if SQLite might convert it. */
export function onlyValueOf({ table, operands }: KeyedRows, params: SqlParams): number | string | Uint8Array | undefined {
  const [some] = operands
  const [operand] = some ?? []
  if (operand === undefined || operands.length > 1 || (some?.length ?? 0) > 1) return undefined
  return storedAs(table.columns[table.pk[0] as number] as SyncedColumn, givenValue(operand, params))
}

function givenValue(operand: Operand, params: SqlParams): BindValue {
  if ('value' in operand) return operand.value
  if (Array.isArray(params)) return params[operand.index] as BindValue
  const named = params as { readonly [name: string]: BindValue }
  return operand.name !== undefined && Object.hasOwn(named, operand.name) ? named[operand.name] : undefined
}

/** The only value that this one equals in the column, as it is stored there; undefined if SQLite might convert either of them. */
function storedAs({ affinity }: SyncedColumn, value: BindValue): number | string | Uint8Array | undefined {
  if (affinity === 'integer') {
    const number = typeof value === 'bigint' ? Number(value) : value
    // Beyond, an INTEGER may equal a REAL. Minus zero is stored as zero.
    return Number.isSafeInteger(number) ? (number as number) + 0 : undefined
  }
  // A half of a pair of UTF-16 is stored as U+FFFD.
  if (affinity === 'text') return typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : undefined
  return affinity === 'blob' && value instanceof Uint8Array ? value : undefined
}

/** Names are the same to SQLite if they differ in the case of ASCII letters only. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
