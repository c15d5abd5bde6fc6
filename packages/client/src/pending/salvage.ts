import type { Outcome } from '@savepoint/core'
import type { Driver, ResultRow } from '@savepoint/sqlite'
import { isDamage } from '../damage.ts'
import type { PendingMutation, SettledMutation } from './pending-mutation.ts'
import type { ClientRecord } from './pending-store.ts'

/** What can still be read of a damaged pending store. */
export interface Salvaged {
  /** Without it, nobody can tell what of the pending was processed. */
  readonly client: ClientRecord | undefined
  readonly pending: readonly PendingMutation[]
  readonly settled: readonly SettledMutation[]
}

/** Reads around what is damaged. */
export function salvage(driver: Driver): Salvaged {
  const [client] = rowsOf(driver, 'client', 'only', 'clientID, confirmed, generation') as unknown as ClientRecord[]
  const pending = rowsOf(driver, 'pending', 'mutationID', 'name, args, createdAt, seed') as unknown as PendingMutation[]
  const outcomes = rowsOf(driver, 'outcomes', 'position', 'name, args, createdAt, seed, outcome')
  return { client, pending, settled: outcomes.flatMap(settledOf) }
}

/** From the first row on, and from the last one back, until something cannot be read. */
function rowsOf(driver: Driver, table: string, key: string, columns: string): ResultRow[] {
  const from = `SELECT ${key}, ${columns} FROM ${table}`
  const forward = step(driver, key, `${from} WHERE ${key} > ? ORDER BY ${key} LIMIT 1`, Number.MIN_SAFE_INTEGER)
  if (forward.isWhole) return forward.rows
  const last = (forward.rows.at(-1)?.[key] as number | undefined) ?? Number.MIN_SAFE_INTEGER
  const back = step(driver, key, `${from} WHERE ${key} < ? ORDER BY ${key} DESC LIMIT 1`, Number.MAX_SAFE_INTEGER)
  return [...forward.rows, ...back.rows.filter((row) => (row[key] as number) > last).reverse()]
}

function step(driver: Driver, key: string, sql: string, start: number): { readonly rows: ResultRow[]; readonly isWhole: boolean } {
  const rows: ResultRow[] = []
  try {
    const next = driver.prepare(sql)
    for (let at = start; ; ) {
      const row = next.get([at])
      if (row === undefined) return { rows, isWhole: true }
      const found = row[key]
      // A page that lies about its order would be gone through for ever.
      if (typeof found !== 'number' || found === at || found > at !== start < 0) return { rows, isWhole: false }
      rows.push(row)
      at = found
    }
  } catch (error) {
    if (!isDamage(error) && (error as { code?: unknown }).code !== 'SQLITE_ERROR') throw error
    return { rows, isWhole: false }
  }
}

function settledOf(row: ResultRow): SettledMutation[] {
  try {
    return [{ ...(row as unknown as SettledMutation), outcome: JSON.parse(row.outcome as string) as Outcome }]
  } catch {
    return []
  }
}
