import { decodeData, invokeMutator, type Mutators, type Schema } from '@savepoint/core'
import type { Driver, RunRequest, Statement } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { type ContentQuery, type Contents, contentOf, contentQuery, quoteName } from './content-query.ts'
import { ReferenceTx } from './reference-tx.ts'
import { refusalOf } from './refused-sql.ts'

/** What a mutation came to in the model. */
export type ReferenceOutcome = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: unknown }

interface ReferenceOptions {
  /** The image of a database to start from, in place of an empty one. */
  readonly bytes?: Uint8Array
  /** Opens an image. Default better-sqlite3, in memory. */
  readonly open?: (bytes: Uint8Array) => Driver
  /** Called with each SQL text that a mutator runs. */
  readonly onStatement?: (sql: string) => void
}

/** What is the same for all databases of a schema, and takes a while to find out. */
interface Prepared {
  readonly empty: Uint8Array
  readonly derived: readonly string[]
  readonly query: ContentQuery
  readonly contents: Contents
}

const prepared = new WeakMap<Schema, Prepared>()

/** 2^62, up to which the engine lets AUTOINCREMENT count. */
const COUNTER_MAX = '4611686018427387904'

/**
 * What an app's database ought to hold: mutators run one after the other on plain SQLite, each in a transaction of its own. It
 * shares nothing with the engine but how arguments are decoded, and what seeds give.
 */
export class ReferenceDatabase {
  readonly schema: Schema
  readonly driver: Driver
  readonly query: ContentQuery
  readonly #statements = new Map<string, Statement>()
  readonly #arguments = new Map<string, unknown>()
  readonly #derived: readonly string[]
  readonly #reads: Statement[] = []
  /** The text of each table as of the last reading, and those that were written since. */
  #texts: string[]
  #written: Set<number>
  /** The contents before the speculation. */
  #before: Contents | undefined
  readonly #deferredKeys: Statement | undefined
  readonly #onStatement: ((sql: string) => void) | undefined
  readonly #control: { readonly [name in 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo']: Statement }

  constructor(schema: Schema, { bytes, open = openInMemory, onStatement }: ReferenceOptions = {}) {
    this.schema = schema
    this.#onStatement = onStatement
    const { empty, derived, query } = prepare(schema)
    const driver = open(bytes ?? empty)
    this.driver = driver
    this.query = query
    this.#derived = derived
    this.#texts = query.tables.map(() => '')
    this.#written = new Set(query.tables.keys())
    driver.exec('PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON')
    driver.defineFunction('model_written', (table) => void this.#written.add(table as number))
    this.#deferredKeys = /\bdeferred\b/i.test(schema.sql) ? driver.prepare('SELECT 1 FROM pragma_foreign_key_check LIMIT 1') : undefined
    this.#control = {
      begin: driver.prepare('BEGIN'),
      commit: driver.prepare('COMMIT'),
      rollback: driver.prepare('ROLLBACK'),
      savepoint: driver.prepare('SAVEPOINT model'),
      release: driver.prepare('RELEASE model'),
      undo: driver.prepare('ROLLBACK TO model'),
    }
  }

  /** Runs a mutation. It leaves nothing behind if it throws, or breaks a foreign key. */
  run(mutators: Mutators, request: RunRequest): ReferenceOutcome {
    const { begin, commit, rollback, savepoint, release, undo } = this.#control
    const tx = new ReferenceTx(request, (sql) => this.#prepare(sql))
    const isNested = this.#before !== undefined
    ;(isNested ? savepoint : begin).run()
    try {
      const decode = request.location === 'client' ? (text: string) => this.#decodeFrozen(text) : decodeData
      const value = invokeMutator(mutators, request.name, request.args, tx, decode)
      if (this.#deferredKeys?.get() !== undefined) throw new Error('FOREIGN KEY constraint failed')
      ;(isNested ? release : commit).run()
      return { ok: true, value }
    } catch (error) {
      if (isNested) {
        undo.run()
        release.run()
      } else if (this.driver.inTransaction) rollback.run()
      return { ok: false, error }
    } finally {
      tx.isOver = true
    }
  }

  /**
   * What runs from now on is taken back by `undo`.
   * @param known what the database holds now, if that was read elsewhere
   */
  speculate(known?: Contents): void {
    if (this.#before !== undefined) return
    // Once here, so that within each speculation only those tables are read which it writes.
    const texts = known ?? this.contents()
    this.#texts = [...texts]
    this.#written.clear()
    this.#control.begin.run()
    this.#before = texts
  }

  undo(): void {
    if (this.#before === undefined) return
    this.#control.rollback.run()
    this.#texts = [...this.#before]
    this.#written.clear()
    this.#before = undefined
  }

  /** Exact, and the same for the same content on every engine. Only tables that were written since are read anew. */
  contents(): Contents {
    for (const i of this.#written) {
      const read = this.#reads[i] ?? this.driver.prepare(this.query.tables[i]?.sql ?? '')
      this.#reads[i] = read
      this.#texts[i] = contentOf(read.all())
    }
    this.#written.clear()
    return [...this.#texts]
  }

  serialize(): Uint8Array {
    return this.driver.serialize()
  }

  close(): void {
    this.driver.close()
  }

  #prepare(sql: string): Statement {
    this.#onStatement?.(sql)
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const refusal = refusalOf(sql, this.#derived)
    if (refusal !== undefined) throw new Error(`SQL refused: ${refusal}`)
    const statement = this.driver.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  /** On clients, a mutator cannot change its arguments: what is plain JSON is decoded once for all its runs. */
  #decodeFrozen(text: string): unknown {
    if (text.includes('"meta":')) return decodeData(text)
    if (!this.#arguments.has(text)) this.#arguments.set(text, freeze(decodeData(text)))
    return this.#arguments.get(text)
  }
}

function prepare(schema: Schema): Prepared {
  let known = prepared.get(schema)
  if (known === undefined) {
    const driver = openBetterSqlite3(':memory:')
    driver.exec(schema.sql)
    const derived = derivedTables(driver, schema)
    const query = contentQuery(driver, derived)
    const contents = query.tables.map(({ sql }) => readOnce(driver, sql))
    driver.exec([...keyGuards(driver, query), ...writeNotes(query), ...countNotes(driver, query)].join(';\n'))
    known = { empty: driver.serialize(), derived, query, contents }
    driver.close()
    prepared.set(schema, known)
  }
  return known
}

/** What a database of a schema holds before any mutation, and how it is read. */
export function emptyContents(schema: Schema): { readonly query: ContentQuery; readonly contents: Contents } {
  return prepare(schema)
}

function readOnce(driver: Driver, sql: string): string {
  const statement = driver.prepare(sql)
  const content = contentOf(statement.all())
  statement.finalize()
  return content
}

function openInMemory(bytes: Uint8Array): Driver {
  return openBetterSqlite3(':memory:', { bytes })
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const child of Object.values(value)) freeze(child)
  return Object.freeze(value)
}

function derivedTables(driver: Driver, schema: Schema): string[] {
  const statement = driver.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')")
  const names = statement.all().map(({ name }) => String(name).toLowerCase())
  statement.finalize()
  return [...names, ...schema.derived.map((name) => name.toLowerCase())]
}

/** A row whose key is NULL cannot be synced, nor counters that come to their end: the engine lets no statement write them. */
function keyGuards(driver: Driver, { tables }: ContentQuery): string[] {
  const statement = driver.prepare(
    `SELECT x.name, x.type, x."notnull" AS isNotNull, t.sql FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS x WHERE t.name = ? AND t.type = 'table' AND x.pk > 0`,
  )
  const guards = tables.flatMap(({ name: table, key }, index) =>
    statement.all([table]).flatMap(({ name, type, isNotNull, sql }, i) => {
      const column = quoteName(String(name))
      const trigger = (event: string, when: string, message: string) =>
        `CREATE TRIGGER model_${index}_${i}_${event.replace(/\W+/g, '_')} ${event} ON ${quoteName(table)} WHEN ${when} BEGIN SELECT RAISE(ABORT, '${message}'); END`
      const isRowid = key.length === 1 && /^integer$/i.test(String(type))
      const isCounter = isRowid && /\bautoincrement\b/i.test(String(sql))
      const isNull = (event: string) => trigger(event, `NEW.${column} IS NULL`, 'NOT NULL constraint failed')
      const isLast = (event: string) => trigger(event, `NEW.${column} > ${COUNTER_MAX}`, 'CHECK constraint failed')
      return [
        ...(isNotNull === 1 || isRowid || /\bwithout\s+rowid\b/i.test(String(sql))
          ? []
          : [isNull('AFTER INSERT'), isNull(`BEFORE UPDATE`)]),
        ...(isCounter ? [isLast('BEFORE INSERT'), isLast('AFTER UPDATE')] : []),
      ]
    }),
  )
  statement.finalize()
  return guards
}

/** Tell which tables are written, so that only these are read again. */
function writeNotes({ tables }: ContentQuery): string[] {
  return tables.flatMap(({ name }, i) =>
    name === 'sqlite_sequence'
      ? []
      : ['INSERT', 'UPDATE', 'DELETE'].map(
          (event) => `CREATE TRIGGER model_${i}_${event} AFTER ${event} ON ${quoteName(name)} BEGIN SELECT model_written(${i}); END`,
        ),
  )
}

/** No trigger can be on `sqlite_sequence`: it changes with inserts into the tables whose rows it counts, even with those that come to nothing. */
function countNotes(driver: Driver, { tables }: ContentQuery): string[] {
  const sequence = tables.findIndex(({ name }) => name === 'sqlite_sequence')
  if (sequence < 0) return []
  const statement = driver.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%autoincrement%'")
  const names = statement.all().map(({ name }) => String(name))
  statement.finalize()
  return names.map(
    (name, i) => `CREATE TRIGGER model_count_${i} BEFORE INSERT ON ${quoteName(name)} BEGIN SELECT model_written(${sequence}); END`,
  )
}
