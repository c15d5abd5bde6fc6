import type { RowChange } from '@savepoint/core'
import type { Driver } from '../driver/driver.ts'
import { SqliteError } from '../driver/sqlite-error.ts'
import type { SyncedTable } from '../schema/synced-table.ts'
import { DeferredKey } from './deferred-key.ts'

/**
 * Checks foreign keys that are DEFERRABLE INITIALLY DEFERRED at the end of each mutation. SQLite looks at them at COMMIT only,
 * when one mutation's violation would fail all the mutations of a batch.
 */
export class DeferredKeys {
  readonly #byTable: ReadonlyMap<string, { readonly asChild: readonly DeferredKey[]; readonly asParent: readonly DeferredKey[] }>

  /** Undefined if the schema has no such keys: then there is nothing to pay. */
  static of(driver: Driver, tables: readonly SyncedTable[]): DeferredKeys | undefined {
    return tables.some((table) => table.foreignKeys.some((key) => key.deferred)) ? new DeferredKeys(driver, tables) : undefined
  }

  private constructor(driver: Driver, tables: readonly SyncedTable[]) {
    const keys = tables.flatMap((child) =>
      child.foreignKeys.flatMap((key) => {
        const parent = tables.find((table) => table.name === key.parent)
        return key.deferred && parent !== undefined ? [new DeferredKey(driver, child, parent, key)] : []
      }),
    )
    this.#byTable = new Map(
      tables.map(({ name }) => [
        name,
        { asChild: keys.filter((key) => key.child === name), asParent: keys.filter((key) => key.parent === name) },
      ]),
    )
  }

  /**
   * @param changes what the mutation did, net.
   * @throws SqliteError as SQLite itself would at COMMIT.
   */
  check(changes: readonly RowChange[]): void {
    for (const change of changes) {
      const keys = this.#byTable.get(change.table)
      if (keys === undefined) continue
      if (keys.asChild.some((key) => key.orphans(change)) || keys.asParent.some((key) => key.bereaves(change))) {
        throw new SqliteError('SQLITE_CONSTRAINT_FOREIGNKEY', 'FOREIGN KEY constraint failed')
      }
    }
  }

  close(): void {
    for (const { asChild } of this.#byTable.values()) for (const key of asChild) key.close()
  }
}
