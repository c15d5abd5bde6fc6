import type { ExactValue, Patch, TablePatch } from '@savepoint/core'
import type { Capture } from '../capture/capture.ts'
import { Digest } from '../digest/digest.ts'
import type { Driver, Statement } from '../driver/driver.ts'
import { SEQUENCE_TABLE, SequenceReader, type Sequences } from '../schema/sequences.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { PatchError } from './patch-error.ts'
import { SequenceApplier } from './sequence-applier.ts'
import { TableApplier } from './table-applier.ts'
import { TriggerSuspension } from './trigger-suspension.ts'

interface Target {
  readonly table: SyncedTable
  readonly applier: TableApplier
  readonly suspension: TriggerSuspension | undefined
}

/**
 * Applies patches from elsewhere to one database. A patch says how rows end up, whatever made them so: foreign keys do not act, and
 * of the app's triggers only those fire that write derived tables. Rows that are as the patch wants them are left alone.
 *
 * @example
 * const applier = new PatchApplier(driver, tables, capture)
 * driver.exec('PRAGMA foreign_keys = OFF; BEGIN')
 * digest.merge(applier.apply(patch))
 * driver.exec('COMMIT; PRAGMA foreign_keys = ON')
 */
export class PatchApplier {
  readonly #driver: Driver
  readonly #capture: Capture | undefined
  readonly #targets: ReadonlyMap<string, Target>
  readonly #related: ReadonlySet<string>
  readonly #parents: ReadonlySet<string>
  readonly #sequences: SequenceApplier | undefined
  readonly #foreignKeys: Statement

  /** `capture` is the one on this connection, if there is one: it does not see what is applied. Make a new one when the schema changes. */
  constructor(driver: Driver, tables: readonly SyncedTable[], capture?: Capture) {
    this.#driver = driver
    this.#capture = capture
    this.#targets = new Map(
      tables.map((table) => [table.name, { table, applier: new TableApplier(driver, table), suspension: TriggerSuspension.of(table) }]),
    )
    this.#related = new Set(tables.flatMap((table) => table.foreignKeys.flatMap((key) => [table.name, key.parent])))
    this.#parents = new Set(tables.flatMap((table) => table.foreignKeys.map((key) => key.parent)))
    const reader = SequenceReader.of(driver, tables)
    this.#sequences = reader && new SequenceApplier(driver, reader)
    this.#foreignKeys = driver.prepare('PRAGMA foreign_keys')
  }

  /** True if the patch touches a table that a foreign key leads from or to. Others can be applied with foreign keys on. */
  needsForeignKeysOff(patch: Patch): boolean {
    return patch.some(({ table }) => this.#related.has(table))
  }

  /**
   * True if a patch can be applied amid what else a transaction does: no trigger has to be kept from firing, and foreign keys, which are
   * on, have nothing to do but to look whether parents are there. If one is not, yet or at all, {@link apply} throws.
   */
  appliesOnTop(patch: Patch): boolean {
    return patch.every(({ table, deletes }) => {
      const facts = this.#targets.get(table)?.table
      if (facts === undefined || facts.triggers.length > 0 || facts.foreignKeys.some(({ deferred }) => deferred)) return false
      // A row whose UNIQUE values change may be deleted for a moment.
      return !this.#parents.has(table) || (deletes.length === 0 && facts.uniques.length === 0)
    })
  }

  /**
   * Applies a patch inside the caller's transaction. Foreign keys must be off if {@link needsForeignKeysOff}, unless it
   * {@link appliesOnTop}: SQLite can switch them only outside a transaction. If this throws, roll back.
   *
   * @returns by what the digest of this database changes: `digest.merge` it.
   * @throws PatchError if the patch does not fit the tables; SqliteError if a row is refused, which means that this database
   * differs from the one that the patch comes from.
   */
  apply(patch: Patch): Digest {
    if (!this.#driver.inTransaction) throw new Error('PatchApplier.apply: not inside a transaction')
    const parts = patch.filter(({ table }) => table !== SEQUENCE_TABLE).map((part) => ({ part, target: this.#target(part) }))
    if (this.needsForeignKeysOff(patch) && !this.appliesOnTop(patch) && this.#foreignKeys.exact()[0]?.[0] !== 0)
      throw new Error('PatchApplier.apply: foreign keys are on')
    const sequencePatch = patch.find(({ table }) => table === SEQUENCE_TABLE)
    const movesSequences = sequencePatch !== undefined || parts.some(({ target }) => target.table.autoincrement)
    if (sequencePatch !== undefined) this.#checkSequences(sequencePatch)
    const delta = new Digest()
    const write = (): void => {
      const sequences: Sequences | undefined = movesSequences ? this.#sequences?.read() : undefined
      for (const { target } of parts) target.suspension?.begin(this.#driver)
      for (const { part, target } of parts) target.applier.apply(part, delta)
      for (const { target } of parts) target.suspension?.end(this.#driver)
      if (sequences !== undefined) this.#sequences?.apply(sequencePatch, sequences, delta)
    }
    if (this.#capture === undefined) write()
    else this.#capture.pause(write)
    return delta
  }

  close(): void {
    for (const { applier } of this.#targets.values()) applier.close()
    this.#sequences?.close()
    this.#foreignKeys.finalize()
  }

  #target(part: TablePatch): Target {
    const target = this.#targets.get(part.table)
    if (target === undefined) throw new PatchError(`the patch changes table ${part.table}, which is not synced here`)
    const { columns, pk } = target.table
    for (const row of part.puts) {
      if (row.length !== columns.length)
        throw new PatchError(`the patch has a row of ${row.length} values for table ${part.table}, which has ${columns.length} columns`)
      if (pk.some((i) => row[i] === null)) throw nullKey(part.table)
    }
    for (const key of part.deletes) {
      if (key.length !== pk.length)
        throw new PatchError(`the patch has a key of ${key.length} values for table ${part.table}, whose key has ${pk.length} columns`)
      if (key.includes(null)) throw nullKey(part.table)
    }
    return target
  }

  #checkSequences(part: TablePatch): void {
    const isKnown = (name: ExactValue | undefined) => typeof name === 'string' && this.#targets.get(name)?.table.autoincrement === true
    const fits =
      part.puts.every((row) => row.length === 2 && isKnown(row[0])) && part.deletes.every((key) => key.length === 1 && isKnown(key[0]))
    if (!fits) throw new PatchError(`the patch changes ${SEQUENCE_TABLE} for tables that are not AUTOINCREMENT here`)
  }
}

function nullKey(table: string): PatchError {
  return new PatchError(`the patch has a row of table ${table} whose key is NULL`)
}
