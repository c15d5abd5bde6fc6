import type { Mutators, Schema } from '@savepoint/core'
import type { Driver, RunRequest } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { describeTwoRuns, sameContents } from './content-difference.ts'
import type { Contents } from './content-query.ts'
import { quoteName } from './content-query.ts'
import { messageOf } from './outcome-problem.ts'
import { ReferenceDatabase, type ReferenceOutcome } from './reference-database.ts'
import { watchSql } from './sql-tripwires.ts'
import { Tripwires } from './tripwires.ts'

/** A mutator that does not do the same on every run, in words. */
export interface Finding {
  /** The mutator. */
  readonly name: string
  /** What came out otherwise: table, row and column with both values, or the outcome. */
  readonly what: string
  /** What it depends on, and what to do about it. */
  readonly cause: string
}

interface Run {
  readonly outcome: ReferenceOutcome
  readonly contents: Contents
  readonly touched: readonly string[]
}

const NOTHING = () => false
const ALL = () => true

/** What is otherwise before a run: what was inserted last on the connection, or what SQL makes of the tables. */
interface Before {
  readonly rowids?: readonly number[]
  readonly sql?: string
}

/** Rows that something else has inserted before, as no app numbers its own. */
const USUAL_ROWIDS = [900_000_001]
const OTHER_ROWIDS = [900_000_002, 900_000_003]

/** SQL functions that tell of what happened on the connection before. */
const CONNECTION_FUNCTIONS = /\b(changes|total_changes|last_insert_rowid)\s*\(/i

/** Runs a mutation again and again from one state, each time with something else changed that it should not depend on. */
export class DeterminismLab {
  readonly #wires = new Tripwires()
  readonly #reference: ReferenceDatabase
  readonly #sql = new Set<string>()
  readonly #renumbering: string
  #free = () => {}

  /** Starts from the image of a database, or from an empty one. */
  constructor(schema: Schema, bytes?: Uint8Array) {
    const open = (image: Uint8Array): Driver => {
      const driver = openBetterSqlite3(':memory:', { bytes: image })
      this.#free = watchSql(driver, schema, this.#wires)
      return driver
    }
    this.#reference = new ReferenceDatabase(schema, { open, onStatement: (sql) => this.#sql.add(sql), ...(bytes && { bytes }) })
    this.#reference.driver.exec('CREATE TEMP TABLE lab_last (id INTEGER PRIMARY KEY)')
    this.#renumbering = renumbering(this.#reference)
  }

  /** Moves on to the state after this mutation. */
  run(mutators: Mutators, request: RunRequest): void {
    this.#reference.run(mutators, request)
  }

  /** Null if nothing that it should not depend on makes a difference. The state stays as it is. */
  investigate(mutators: Mutators, request: RunRequest): Finding | null {
    this.#sql.clear()
    const run = (shifted: (source: string) => boolean, before?: Before) => this.#runOnce(mutators, request, shifted, before)
    const first = run(NOTHING)
    const finding = (other: Run, cause: string): Finding | null => {
      const what = this.#difference(first, other)
      return what === null ? null : { name: request.name, what, cause }
    }
    const again = finding(run(NOTHING), this.#causeOutside())
    if (again !== null) return again
    const elsewhere = finding(run(NOTHING, { rowids: OTHER_ROWIDS }), this.#causeOnConnection())
    if (elsewhere !== null) return elsewhere
    const shifted = run(ALL)
    const sources = [...new Set([...first.touched, ...shifted.touched])]
    const moved = sources.length === 0 ? null : finding(shifted, '')
    if (moved !== null) {
      const guilty = sources.filter(
        (source) =>
          this.#difference(
            first,
            run((one) => one === source),
          ) !== null,
      )
      return { ...moved, cause: causeOf(guilty.length > 0 ? guilty : sources) }
    }
    const reversed = this.#reversed(() =>
      finding(run(NOTHING), 'It reads rows in no order: add ORDER BY, with columns that leave no ties.'),
    )
    if (reversed !== null || this.#renumbering === '') return reversed
    return finding(run(NOTHING, { sql: this.#renumbering }), this.#causeInRowids())
  }

  close(): void {
    this.#reference.close()
    this.#free()
  }

  #runOnce(mutators: Mutators, request: RunRequest, shifted: (source: string) => boolean, before: Before = {}): Run {
    const reference = this.#reference
    reference.speculate()
    try {
      const rowids = (before.rowids ?? USUAL_ROWIDS).map((id) => `(${id})`)
      reference.driver.exec(`${before.sql ?? ''}INSERT INTO temp.lab_last VALUES ${rowids.join(', ')}`)
      const outcome = this.#wires.watch(request.now, shifted, () => reference.run(mutators, request))
      return { outcome, touched: [...this.#wires.touched], contents: reference.contents() }
    } finally {
      reference.undo()
    }
  }

  #reversed<T>(work: () => T): T {
    this.#reference.driver.exec('PRAGMA reverse_unordered_selects = ON')
    try {
      return work()
    } finally {
      this.#reference.driver.exec('PRAGMA reverse_unordered_selects = OFF')
    }
  }

  #difference(a: Run, b: Run): string | null {
    if (a.outcome.ok !== b.outcome.ok) {
      const error = a.outcome.ok ? b.outcome : a.outcome
      return `one run succeeds, and the other throws "${error.ok ? '' : messageOf(error.error)}"`
    }
    if (!sameContents(a.contents, b.contents)) return describeTwoRuns(this.#reference.query, a.contents, b.contents)
    if (a.outcome.ok && b.outcome.ok && a.outcome.value !== b.outcome.value)
      return `it returns ${a.outcome.value || 'nothing'}, and then ${b.outcome.value || 'nothing'}`
    return null
  }

  #causeOutside(): string {
    if (this.#asked().length > 0) return this.#causeOnConnection()
    return 'It depends on something outside of it that changes from run to run: a variable of its module, or another source of chance. Keep all state in tables; take chance from tx.random() and tx.id().'
  }

  #causeOnConnection(): string {
    const asked = this.#asked()
    if (asked.length > 0) return `Its SQL asks ${asked.join('() and ')}(), which tells of other mutations too: use what tx.run returns.`
    return 'It keeps or returns the lastInsertRowid of a statement that inserted nothing, which tells of other mutations.'
  }

  #causeInRowids(): string {
    const asks = [...this.#sql].some((sql) => /\b(_rowid_|rowid|oid)\b/i.test(sql))
    const order = 'with columns that leave no ties'
    return asks
      ? `Its SQL asks for the rowid of a table whose key is another, which is not the same everywhere: use the key, and ORDER BY ${order}.`
      : `It depends on where SQLite keeps a row, which is not the same everywhere: ORDER BY ${order}, and use no lastInsertRowid where the key is another.`
  }

  #asked(): string[] {
    return [...this.#sql].flatMap((sql) => CONNECTION_FUNCTIONS.exec(sql)?.[1] ?? [])
  }
}

/**
 * SQL that turns round the rows of tables whose key is not their rowid: replicas and rooms that were restored have them in
 * another order. Tables where that would fire a trigger, or part virtual tables from their rows, are left as they are.
 */
function renumbering({ driver, query }: ReferenceDatabase): string {
  const read = (sql: string, params: string[] = []): { [column: string]: unknown }[] => {
    const statement = driver.prepare(sql)
    const rows = statement.all(params)
    statement.finalize()
    return rows
  }
  const listed = read("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'")
  if (listed.some(({ type }) => type === 'virtual')) return ''
  const triggered = read(
    "SELECT tbl_name AS name FROM sqlite_schema WHERE type = 'trigger' AND name NOT LIKE 'model\\_%' ESCAPE '\\' AND sql LIKE '%UPDATE%'",
  )
  const left = new Set(
    [...triggered, ...listed.filter(({ wr }) => wr === 1), { name: 'sqlite_sequence' }].map(({ name }) => String(name).toLowerCase()),
  )
  return query.tables
    .filter(({ name, columns }) => !left.has(name.toLowerCase()) && !columns.some((column) => /^_rowid_$/i.test(column)))
    .filter(({ name }) => !isRowidKey(read('SELECT type, pk FROM pragma_table_xinfo(?) WHERE pk > 0', [name])))
    .map(({ name }) => `UPDATE ${quoteName(name)} SET _rowid_ = -_rowid_;`)
    .join('')
}

function isRowidKey(key: readonly { readonly [column: string]: unknown }[]): boolean {
  return key.length === 1 && /^integer$/i.test(String(key[0]?.type))
}

/** What to use in place of each. */
function causeOf(sources: readonly string[]): string {
  const isClock = (source: string) => /date|time|now|current|julian|epoch/i.test(source) && !/random/i.test(source)
  const hints = [...(sources.some(isClock) ? ['tx.now'] : []), ...(sources.every(isClock) ? [] : ['tx.random() or tx.id()'])]
  return `It asks ${sources.join(' and ')}: use ${hints.join(' and ')} instead.`
}

/** One sentence for a message. */
export function describeFinding({ name, what, cause }: Finding): string {
  return `Mutator "${name}" is not deterministic: run from one state with the same arguments, ${what}. ${cause}`
}
