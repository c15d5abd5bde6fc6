import type { ExactValue, Schema } from '@savepoint/core'
import type { Driver } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { WatchedSources } from './tripwires.ts'

const TWO_63 = 2 ** 63

/** Functions that tell the time if they are asked for `now`, or for nothing. */
const DATE_FUNCTIONS = ['date', 'time', 'datetime', 'julianday', 'unixepoch', 'strftime', 'timediff']

const watchable = new WeakMap<Schema, readonly string[]>()

/**
 * Puts functions of its own in place of SQL's clocks and chance on one connection, wherever they are called from: mutators,
 * triggers, default values. To be called before the connection has prepared anything. Returns what frees it.
 */
export function watchSql(driver: Driver, schema: Schema, sources: WatchedSources): () => void {
  const plain = openBetterSqlite3(':memory:')
  const evaluate = (name: string, args: readonly ExactValue[]): ExactValue => {
    const statement = plain.prepare(`SELECT ${name}(${args.map(() => '?').join(', ')})`)
    try {
      return statement.exact(args)[0]?.[0] ?? null
    } finally {
      statement.finalize()
    }
  }
  const random = (source: string) => BigInt(Math.floor((sources.chance(source) * 2 - 1) * TWO_63))
  driver.defineFunction('random', () => random('random() in SQL'))
  driver.defineFunction('randomblob', (count) =>
    Uint8Array.from({ length: Math.max(1, Number(count)) }, () => sources.chance('randomblob() in SQL') * 256),
  )
  for (const [name, format] of [
    ['current_timestamp', 'datetime'],
    ['current_date', 'date'],
    ['current_time', 'time'],
  ] as const) {
    driver.defineFunction(name, () => evaluate(format, [instant(sources.clock(`${name.toUpperCase()} in SQL`))]))
  }
  for (const name of watchableDates(schema)) {
    const now = () => instant(sources.clock(`${name}('now') in SQL`))
    driver.defineFunction(name, (...args) => evaluate(name, withInstant(name, args, now)))
  }
  return () => plain.close()
}

/** A function of ours counts as one that may give anything, which SQLite does not take where a schema computes columns or indexes. */
function watchableDates(schema: Schema): readonly string[] {
  let names = watchable.get(schema)
  if (names === undefined) {
    names = DATE_FUNCTIONS.filter((name) => {
      const driver = openBetterSqlite3(':memory:')
      try {
        driver.defineFunction(name, () => null)
        driver.exec(schema.sql)
        return true
      } catch {
        return false
      } finally {
        driver.close()
      }
    })
    watchable.set(schema, names)
  }
  return names
}

/** The arguments with a time in place of `now`, said or meant. */
function withInstant(name: string, args: readonly ExactValue[], now: () => string): readonly ExactValue[] {
  if (name === 'timediff') return args.map((arg) => (isNow(arg) ? now() : arg))
  const at = name === 'strftime' ? 1 : 0
  const value = args[at]
  if (value === undefined || isSubsecond(value)) return [...args.slice(0, at), now(), ...args.slice(at)]
  return isNow(value) ? [...args.slice(0, at), now(), ...args.slice(at + 1)] : args
}

function isNow(value: ExactValue): boolean {
  return typeof value === 'string' && value.toLowerCase() === 'now'
}

function isSubsecond(value: ExactValue): boolean {
  return typeof value === 'string' && /^subsec(ond)?$/i.test(value)
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
