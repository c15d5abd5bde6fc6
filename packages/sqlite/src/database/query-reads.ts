import { type BindValue, rowKey, type SqlParams } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import type { SyncedColumn, SyncedTable } from '../schema/synced-table.ts'
import { singleTableSelect } from '../sql/single-table-select.ts'
import { isWord, type Token, tokenize } from '../sql/tokenize.ts'
import { TablesRead } from './tables-read.ts'

/** What decides a query's result. */
export interface QueryReads {
  /** Names of synced tables in lower case; undefined if any change may matter. */
  readonly tables: ReadonlySet<string> | undefined
  /** If set, of the only table none but the rows with these keys (see `rowKey`). */
  readonly keys?: readonly (string | number)[]
}

/** Texts that are kept as read. An app has a few dozen; beyond it (SQL built by hand), all are read anew. */
const TEXTS_MAX = 500

/** Names a value of a key: by the index and the name of a parameter, or as it stands in the text. */
type Operand = { readonly index: number; readonly name: string | undefined } | { readonly value: BindValue }

/** A query that asks for rows by their key. */
interface KeyedQuery {
  readonly table: SyncedTable
  /** For each column of the key, what it is to equal; of a key of one column any of them. */
  readonly operands: readonly (readonly Operand[])[]
}

/**
 * Tells what decides a query's result. Rows are told apart only where the text leaves no doubt that no other row can matter;
 * of all other queries, tables are.
 */
export class QueriesRead {
  readonly #tablesRead: TablesRead
  readonly #tables: ReadonlyMap<string, SyncedTable>
  readonly #texts = new Map<string, { readonly reads: QueryReads; readonly keyed: KeyedQuery | undefined }>()

  constructor(driver: Driver, tables: readonly SyncedTable[], derived: ReadonlySet<string>) {
    this.#tablesRead = new TablesRead(driver, tables, derived)
    this.#tables = new Map(tables.map((table) => [foldName(table.name), table]))
  }

  of(sql: string, params: SqlParams): QueryReads {
    const { reads, keyed } = this.#textOf(sql)
    const keys = keyed && keysOf(keyed, params)
    return keys === undefined ? reads : { ...reads, keys }
  }

  #textOf(sql: string) {
    const known = this.#texts.get(sql)
    if (known !== undefined) return known
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear()
    const tables = this.#tablesRead.of(sql)
    const text = { reads: { tables }, keyed: tables?.size === 1 ? this.#keyed(sql) : undefined }
    this.#texts.set(sql, text)
    return text
  }

  #keyed(sql: string): KeyedQuery | undefined {
    const tokens = tokenize(sql)
    const select = singleTableSelect(tokens)
    const table = select && this.#tables.get(foldName(select.table))
    if (select === undefined || table === undefined) return undefined
    const operands: (readonly Operand[])[] = []
    const parameters = parametersOf(tokens)
    for (const i of table.pk) {
      const { name, collation } = table.columns[i] as SyncedColumn
      const found = select.conditions.map((tokens) => equalTo(name, tokens, parameters, table.pk.length === 1)).find(Boolean)
      if (found === undefined || collation !== 'BINARY') return undefined
      operands.push(found)
    }
    return { table, operands }
  }
}

/** What a condition says that a column equals, if it says just that: `a = ?`, `? = a`, or `a IN (?, …)` where several will do. */
function equalTo(
  column: string,
  tokens: readonly Token[],
  parameters: ReadonlyMap<Token, Operand>,
  severalWillDo: boolean,
): readonly Operand[] | undefined {
  const operandOf = (token: Token | undefined) => (token?.kind === 'parameter' ? parameters.get(token) : literalOf(token))
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

function literalOf(token: Token | undefined): Operand | undefined {
  if (token?.kind === 'string') return { value: token.value }
  return token?.kind === 'number' && /^\d{1,15}$/.test(token.text) ? { value: Number(token.text) } : undefined
}

/** Which value each parameter of the text stands for. Source: SQLite's rule for their numbers. */
function parametersOf(tokens: readonly Token[]): Map<Token, Operand> {
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

/** Undefined if some value might equal what is stored as another one. */
function keysOf({ table, operands }: KeyedQuery, params: SqlParams): (string | number)[] | undefined {
  const values = operands.map((some, i) => {
    const column = table.columns[table.pk[i] as number] as SyncedColumn
    return some.map((operand) => storedAs(column, givenValue(operand, params)))
  })
  const [only, ...rest] = values as [ReturnType<typeof storedAs>[], ...ReturnType<typeof storedAs>[][]]
  const keys = rest.length === 0 ? only.map((value) => [value]) : [values.map(([value]) => value)]
  if (keys.some((key) => key.includes(undefined))) return undefined
  return keys.map((key) => rowKey(key.flatMap((value) => value ?? [])))
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
function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
