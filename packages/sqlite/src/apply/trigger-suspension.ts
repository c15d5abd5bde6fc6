import type { Driver } from '../driver/driver.ts'
import { quoteName } from '../schema/quote-name.ts'
import type { SyncedTable, TableTrigger } from '../schema/synced-table.ts'

/**
 * Keeps the app's triggers on one table from firing while a patch is applied, but for those that write derived tables. They are
 * dropped and made again within the caller's transaction, which is the one way that every engine has.
 */
export class TriggerSuspension {
  readonly #drop: string
  readonly #restore: string

  /** Undefined if the table has no trigger that must not fire. */
  static of(table: SyncedTable): TriggerSuspension | undefined {
    return table.triggers.some((trigger) => !trigger.derivedOnly) ? new TriggerSuspension(table.triggers) : undefined
  }

  private constructor(triggers: readonly TableTrigger[]) {
    const silenced = triggers.filter((trigger) => !trigger.derivedOnly)
    // Triggers fire in the order of their making, so those behind the first silenced one are all made anew.
    const again = triggers.slice(triggers.indexOf(silenced[0] as TableTrigger))
    this.#drop = statements(silenced.map(dropTrigger))
    this.#restore = statements([...again.filter((trigger) => trigger.derivedOnly).map(dropTrigger), ...again.map((trigger) => trigger.sql)])
  }

  begin(driver: Driver): void {
    driver.exec(this.#drop)
  }

  end(driver: Driver): void {
    driver.exec(this.#restore)
  }
}

function dropTrigger(trigger: TableTrigger): string {
  return `DROP TRIGGER main.${quoteName(trigger.name)}`
}

/** A line each, as a trigger's SQL may end in a comment. */
function statements(list: readonly string[]): string {
  return list.map((sql) => `${sql}\n;`).join('\n')
}
