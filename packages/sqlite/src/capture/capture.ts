import { type ExactValue, type RowChange, sameValue } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import { SequenceReader, type Sequences, sequenceChange, sequenceRow } from '../schema/sequences.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { DeferredKeys } from './deferred-keys.ts'
import { TableChanges } from './table-changes.ts'
import { ABSENT_KEY, CAPTURE_FUNCTION, captureTriggers, MORE, TRIGGER_PREFIX, WATCH_FUNCTION } from './trigger-sql.ts'

/**
 * Finds out which rows each mutation changed, by TEMP triggers on one connection. Triggers tell only which keys were touched and
 * what stood there before; what stands there afterwards is read at the end, so that what a failed statement or a nested
 * savepoint took back is no change.
 *
 * @example
 * const capture = Capture.install(driver, tables)
 * capture.begin()
 * driver.exec("UPDATE notes SET title = 'new' WHERE id = 1")
 * const changes = capture.end()
 */
export class Capture {
  readonly #driver: Driver
  readonly #tables: readonly TableChanges[]
  readonly #sequenceReader: SequenceReader | undefined
  readonly #deferredKeys: DeferredKeys | undefined
  #sequences: Sequences | undefined
  #touched = false
  /** Rows are recorded; or only which tables are written; or nothing. */
  #mode: 'record' | 'note' | 'off' = 'record'
  readonly #names: readonly string[]
  #written = new Set<string>()
  #parts: ExactValue[] = []

  /**
   * Makes the triggers, in place of any that an earlier install made on this connection. Switches `recursive_triggers` on, without
   * which the rows that REPLACE takes away would go unseen. Install again after each change of the schema: triggers go stale
   * silently.
   *
   * @throws Error inside a transaction, as its rollback would take the triggers away.
   */
  static install(driver: Driver, tables: readonly SyncedTable[]): Capture {
    if (driver.inTransaction) throw new Error('Capture.install: not inside a transaction, whose rollback would take the triggers away')
    dropTriggers(driver)
    driver.exec('PRAGMA recursive_triggers = ON')
    return new Capture(driver, tables)
  }

  private constructor(driver: Driver, tables: readonly SyncedTable[]) {
    this.#driver = driver
    this.#tables = tables.map((table) => new TableChanges(driver, table))
    this.#names = tables.map((table) => table.name)
    this.#sequenceReader = SequenceReader.of(driver, tables)
    this.#deferredKeys = DeferredKeys.of(driver, tables)
    driver.defineFunction(WATCH_FUNCTION, (index) => this.#isWatched(index as number))
    driver.defineFunction(CAPTURE_FUNCTION, (...args) => this.#record(args))
    driver.exec(tables.flatMap((table, i) => captureTriggers(table, i)).join(';\n'))
  }

  /** Starts a mutation. What was recorded and not collected is forgotten. */
  begin(): void {
    if (this.#touched) this.#clear()
    if (this.#sequenceReader !== undefined) this.#sequences ??= this.#sequenceReader.read()
  }

  /**
   * Ends a mutation, before its savepoint is released: its changes, net, one for each row, by table.
   *
   * @param wrote false if no statement that can write was run, which spares a read of `sqlite_sequence`.
   * @throws SqliteError if a deferred foreign key does not hold, or a new row has a key that is not valid UTF-8: undo the mutation, and call `discard`.
   */
  end(wrote = true): RowChange[] {
    const changes: RowChange[] = []
    if (this.#touched) for (const table of this.#tables) table.collect(changes)
    this.#touched = false
    if (wrote && this.#sequenceReader !== undefined) this.#collectSequences(this.#sequenceReader, changes)
    this.#deferredKeys?.check(changes)
    return changes
  }

  /** To be called after every ROLLBACK and ROLLBACK TO that takes back a mutation, ended or not. */
  discard(): void {
    this.#clear()
    this.#sequences = undefined
  }

  /** Runs `write` unobserved: for patches, and for what else is no mutation's doing. */
  pause<Result>(write: () => Result): Result {
    return this.#inMode('off', write)
  }

  /** Runs mutations of which nobody asks what they changed; see {@link takeWritten}. That is cheaper by half. */
  skip<Result>(write: () => Result): Result {
    return this.#inMode('note', write)
  }

  /** True if a mutation cannot be told to have succeeded without its changes, as deferred foreign keys are checked by them. */
  get needsChanges(): boolean {
    return this.#deferredKeys !== undefined
  }

  /** The tables that were written while changes were skipped, since this was asked last. */
  takeWritten(): ReadonlySet<string> {
    const written = this.#written
    this.#written = new Set()
    return written
  }

  #inMode<Result>(mode: 'note' | 'off', write: () => Result): Result {
    const before = this.#mode
    this.#mode = mode
    try {
      return write()
    } finally {
      this.#mode = before
      this.#sequences = undefined
    }
  }

  /** Takes the triggers off, before the schema changes. The capture is of no use afterwards. */
  uninstall(): void {
    dropTriggers(this.#driver)
    for (const table of this.#tables) table.close()
    this.#sequenceReader?.close()
    this.#deferredKeys?.close()
  }

  #isWatched(index: number): boolean {
    if (this.#mode === 'note') this.#written.add(this.#names[index] as string)
    return this.#mode === 'record'
  }

  /** What the triggers call. It must not throw: SQLite would not take the whole statement back. */
  #record(args: ExactValue[]): null {
    const code = args[0] as number
    if (code === MORE) {
      for (let i = 1; i < args.length; i++) this.#parts.push(args[i] as ExactValue)
      return null
    }
    let row = args
    if (this.#parts.length > 0) {
      row = [code, ...this.#parts, ...args.slice(1)]
      this.#parts = []
    }
    this.#touched = true
    const table = this.#tables[code >> 1] as TableChanges
    if ((code & 1) === ABSENT_KEY) table.absent(row)
    else table.present(row)
    return null
  }

  #collectSequences(reader: SequenceReader, changes: RowChange[]): void {
    const before = this.#sequences ?? new Map()
    const after = reader.read()
    this.#sequences = after
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [sequenceRow(before, name), sequenceRow(after, name)]
      const same = was !== undefined && is !== undefined && sameValue(was[1] as ExactValue, is[1] as ExactValue)
      if (!same) changes.push(sequenceChange(name, was, is))
    }
  }

  #clear(): void {
    for (const table of this.#tables) table.clear()
    this.#touched = false
    this.#parts = []
  }
}

function dropTriggers(driver: Driver): void {
  const statement = driver.prepare("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'")
  const names = statement.all().map((row) => row.name as string)
  statement.finalize()
  for (const name of names) if (name.startsWith(TRIGGER_PREFIX)) driver.exec(`DROP TRIGGER temp.${quoteName(name)}`)
}
