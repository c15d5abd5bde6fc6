import type { SqlParams } from '@savepoint/core'
import type { SyncedColumn, SyncedTable } from '../schema/synced-table.ts'
import { type SingleTableWrite, singleTableWrite } from '../sql/single-table-write.ts'
import { type Token, tokenize } from '../sql/tokenize.ts'
import { writeTargets } from '../sql/write-targets.ts'
import { foldName, type KeyedRows, keysOf, type Operand, operandFor, parametersOf, rowsWhere } from './keyed-rows.ts'
import type { QueriesRead } from './query-reads.ts'
import { WriteReach } from './write-reach.ts'

/** What decides what a statement does, be it a query or a write. */
interface StatementDependencies {
  /** Tables of which any row may, by folded names; undefined if anything may. */
  readonly tables: ReadonlySet<string> | undefined
  /** Rows of one more table, by their keys (see `rowKey`). */
  readonly rows?: { readonly table: string; readonly keys: readonly (string | number)[] }
}

/** A write as its text tells it. */
interface WriteText {
  readonly tables: ReadonlySet<string> | undefined
  readonly keyed?: { readonly name: string; readonly rows: KeyedRows; readonly reach: ReadonlySet<string> } | undefined
}

/** Texts that are kept as read. An app has a few dozen; beyond it (SQL built by hand), all are read anew. */
const TEXTS_MAX = 500

const NONE: ReadonlySet<string> = new Set()

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
  /** Null for queries. */
  readonly #texts = new Map<string, WriteText | null>()

  constructor(queriesRead: QueriesRead, tables: readonly SyncedTable[]) {
    this.#queriesRead = queriesRead
    this.#tables = new Map(tables.map((table) => [foldName(table.name), table]))
    this.#reach = new WriteReach(this.#tables)
  }

  of(sql: string, params: SqlParams): StatementDependencies {
    const write = this.#textOf(sql)
    if (write === null) return this.#ofQuery(sql, params)
    const { tables, keyed } = write
    const keys = keyed && keysOf(keyed.rows, params)
    return keyed && keys ? { tables: keyed.reach, rows: { table: keyed.name, keys } } : { tables }
  }

  #ofQuery(sql: string, params: SqlParams): StatementDependencies {
    const { tables, keys } = this.#queriesRead.of(sql, params)
    const [table] = tables ?? []
    return keys === undefined || table === undefined || !hasPlainKey(this.#tables.get(table))
      ? { tables }
      : { tables: NONE, rows: { table, keys } }
  }

  #textOf(sql: string): WriteText | null {
    const known = this.#texts.get(sql)
    if (known !== undefined) return known
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear()
    const text = this.#read(sql)
    this.#texts.set(sql, text)
    return text
  }

  #read(sql: string): WriteText | null {
    const tokens = tokenize(sql)
    const targets = writeTargets(tokens).map(({ table }) => foldName(table))
    const [name] = targets
    if (name === undefined) return null
    const all = new Set(targets)
    for (const some of [this.#queriesRead.of(sql, []).tables, ...targets.map((target) => this.#reach.of(target))]) {
      if (some === undefined) return { tables: undefined }
      for (const table of some) all.add(table)
    }
    const [table, reach, write] = [this.#tables.get(name), this.#reach.of(name), singleTableWrite(tokens)]
    if (table === undefined || reach === undefined || reach.has(name) || write === undefined) return { tables: all }
    const rows = hasPlainKey(table) ? rowsWritten(table, write, parametersOf(tokens)) : undefined
    return { tables: all, keyed: rows && { name, rows, reach } }
  }
}

/** Bytes that are a key are not looked at by what they were when a statement ran: an app may have changed them since. */
function hasPlainKey(table: SyncedTable | undefined): boolean {
  return table?.pk.every((i) => table.columns[i]?.affinity !== 'blob') === true
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
