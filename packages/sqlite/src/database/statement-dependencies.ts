import type { SqlParams } from '@savepoint/core'
import type { SyncedColumn, SyncedTable } from '../schema/synced-table.ts'
import { type SingleTableWrite, singleTableWrite } from '../sql/single-table-write.ts'
import { type Token, tokenize } from '../sql/tokenize.ts'
import { writeTargets } from '../sql/write-targets.ts'
import { foldName, type KeyedRows, keysOf, type Operand, onlyValueOf, operandFor, parametersOf, rowsWhere } from './keyed-rows.ts'
import type { QueriesRead } from './query-reads.ts'
import { WriteReach } from './write-reach.ts'

/** What decides what a statement does, as its text tells it. Names of tables are folded. */
export interface StatementText {
  /** Of these tables any row may; undefined if anything may. */
  readonly tables: ReadonlySet<string> | undefined
  /** If its values tell which rows it is about: these, and any row of fewer tables. */
  readonly keyed?: { readonly table: string; readonly rows: KeyedRows; readonly others: ReadonlySet<string> } | undefined
}

/**
 * The statements of a run: for each its text, and behind it the value of the key that it names, or the keys if they are several (see `rowKey`),
 * or undefined if its rows are not told apart. A flat list of values, as each rebase makes these anew for all that is pending, and mostly nobody looks
 * at them: an object for each statement made a rebase of 1,000 half as slow again (`npm run bench -- bounds`).
 */
export type StatementsRun = (StatementText | string | number | readonly (string | number)[] | undefined)[]

/** Texts that are kept as read. An app has a few dozen; beyond it (SQL built by hand), all are read anew. */
const TEXTS_MAX = 500

const NONE: ReadonlySet<string> = new Set()
const NO_PARAMS: SqlParams = []

/** Names of a key that no column has. */
const ROWID_NAMES = ['rowid', '_rowid_', 'oid']

/**
 * Tells of statements what decides what they do. Rows are told apart only where the text leaves no doubt that no other row can matter;
 * of all other statements, tables are. Not told is what is no content: the rowid of a table whose key it is not, or what a statement before has set.
 */
export class StatementsDepend {
  readonly #queriesRead: QueriesRead
  readonly #tables: ReadonlyMap<string, SyncedTable>
  readonly #reach: WriteReach
  readonly #texts = new Map<string, StatementText>()

  constructor(queriesRead: QueriesRead, tables: readonly SyncedTable[]) {
    this.#queriesRead = queriesRead
    this.#tables = new Map(tables.map((table) => [foldName(table.name), table]))
    this.#reach = new WriteReach(this.#tables)
  }

  /** Adds a statement to those of a run, with its values as they are now. */
  note(ran: StatementsRun, sql: string, params: SqlParams | undefined): void {
    const text = this.#textOf(sql)
    const { keyed } = text
    // An app without types may give null; the driver tells it.
    const given = params ?? NO_PARAMS
    ran.push(text, keyed && ((onlyValueOf(keyed.rows, given) as string | number | undefined) ?? keysOf(keyed.rows, given)))
  }

  #textOf(sql: string): StatementText {
    const known = this.#texts.get(sql)
    if (known !== undefined) return known
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear()
    const text = this.#read(sql)
    this.#texts.set(sql, text)
    return text
  }

  #read(sql: string): StatementText {
    const tokens = tokenize(sql)
    const targets = writeTargets(tokens).map(({ table }) => foldName(table))
    const [name] = targets
    if (name === undefined) return this.#readQuery(sql)
    const all = new Set(targets)
    for (const some of [this.#queriesRead.textOf(sql).tables, ...targets.map((target) => this.#reach.of(target))]) {
      if (some === undefined) return { tables: undefined }
      for (const table of some) all.add(table)
    }
    const [table, write] = [this.#tables.get(name), singleTableWrite(tokens)]
    const rows = table && write && hasPlainKey(table) ? rowsWritten(table, write, parametersOf(tokens)) : undefined
    const isUpdate = write?.conditions !== undefined && write.sets.length > 0
    const others = isUpdate ? this.#reach.ofUpdate(name, write.sets) : this.#reach.of(name)
    return { tables: all, keyed: rows && others && !others.has(name) ? { table: name, rows, others } : undefined }
  }

  #readQuery(sql: string): StatementText {
    const { tables, rows } = this.#queriesRead.textOf(sql)
    const [table] = tables ?? []
    return { tables, keyed: rows && table !== undefined && hasPlainKey(rows.table) ? { table, rows, others: NONE } : undefined }
  }
}

/** Bytes that are a key are not noted: an app may change them, and they are seldom keys. */
function hasPlainKey(table: SyncedTable): boolean {
  return table.pk.every((i) => table.columns[i]?.affinity !== 'blob')
}

/** The rows that a write is about, wherever it finds them as it expects them or not. */
function rowsWritten(table: SyncedTable, write: SingleTableWrite, parameters: ReadonlyMap<Token, Operand>): KeyedRows | undefined {
  const keys = table.pk.map((i) => table.columns[i] as SyncedColumn)
  const moves = new Set([...ROWID_NAMES, ...keys.map(({ name }) => foldName(name))])
  if (write.sets.some((name) => moves.has(foldName(name)))) return undefined
  if (write.conditions !== undefined) return rowsWhere(table, write.conditions, parameters)
  if (write.inserts === undefined || keys.some(({ collation }) => collation !== 'BINARY')) return undefined
  const columns = (write.inserts.columns ?? table.columns.map(({ name }) => name)).map(foldName)
  const { rows } = write.inserts
  // Of a key of several columns, the values of several rows could not be told apart.
  if (columns.some((name) => ROWID_NAMES.includes(name)) || (keys.length > 1 && rows.length > 1)) return undefined
  const operands: Operand[][] = []
  for (const { name } of keys) {
    const at = columns.indexOf(foldName(name))
    const given = rows.map((row) =>
      row.length === columns.length && row[at]?.length === 1 ? operandFor(row[at]?.[0], parameters) : undefined,
    )
    if (given.includes(undefined)) return undefined
    operands.push(given as Operand[])
  }
  return { table, operands }
}
