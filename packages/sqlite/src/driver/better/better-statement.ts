import type { ExactValue, SqlParams } from '@savepoint/core'
import { orderParams, type ParameterList, parameterLabel, parameterList, unbindable } from '../bind-params.ts'
import type { ResultRow, RunResult, Statement } from '../driver.ts'
import { misuse } from '../misuse.ts'
import { setOwn } from '../own-property.ts'
import { mayChangeSchema, parameterNames } from '../sql-text.ts'
import type { BetterConnection } from './better-connection.ts'
import { fromNative, fromNativeExact, NOT_BINDABLE, safeNumber, toNative } from './better-values.ts'
import type { NativeStatement, NativeValue } from './native.ts'

/** More arguments than this go in one array, so as not to run out of stack. */
const SPREAD_MAX = 1000

export class BetterStatement implements Statement {
  readonly sql: string
  readonly #connection: BetterConnection
  readonly #parameters: ParameterList
  readonly #named: boolean
  readonly #mayChangeSchema: boolean
  readonly #mayHaveNoEnd: boolean
  #native: NativeStatement | undefined
  #names: readonly string[] = []
  #generation = -1

  constructor(connection: BetterConnection, sql: string, native: NativeStatement) {
    this.sql = sql
    this.#connection = connection
    this.#native = native.reader ? native.raw().safeIntegers() : native.safeIntegers()
    this.#parameters = parameterList(parameterNames(sql))
    this.#named = this.#parameters.keyCount > 0
    this.#mayChangeSchema = mayChangeSchema(sql)
    this.#mayHaveNoEnd = /\bwith\b/i.test(sql)
  }

  get readonly(): boolean {
    return this.#usable().readonly
  }

  get columns(): readonly string[] {
    return this.#columns(this.#usable())
  }

  run(params?: SqlParams): RunResult {
    const native = this.#usable()
    if (native.reader) return this.#runReader(native, params)
    const { changes, lastInsertRowid } = this.#call(native, 'run', params)
    return { changes, lastInsertRowid: safeNumber(lastInsertRowid) }
  }

  get(params?: SqlParams): ResultRow | undefined {
    const native = this.#usable()
    if (!native.reader) {
      this.#call(native, 'run', params)
      return undefined
    }
    const row = native.readonly ? this.#call(native, 'get', params) : this.#call(native, 'all', params)[0]
    return row && toRow(row, this.#columns(native))
  }

  all(params?: SqlParams): ResultRow[] {
    const native = this.#usable()
    if (!native.reader) {
      this.#call(native, 'run', params)
      return []
    }
    const rows = this.#rows(native, params)
    const columns = this.#columns(native)
    return rows.map((row) => toRow(row, columns))
  }

  exact(params?: SqlParams): ExactValue[][] {
    const native = this.#usable()
    if (!native.reader) {
      this.#call(native, 'run', params)
      return []
    }
    const rows: ExactValue[][] = this.#rows(native, params)
    for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = fromNativeExact(row[i] as NativeValue)
    return rows
  }

  finalize(): void {
    if (this.#connection.inFunction) throw misuse.inFunction()
    this.#native = undefined
  }

  #usable(): NativeStatement {
    const native = this.#native
    if (native === undefined || !this.#connection.native.open) throw misuse.finalized()
    if (this.#connection.inFunction) throw misuse.inFunction()
    return native
  }

  #runReader(native: NativeStatement, params: SqlParams | undefined): RunResult {
    const before = this.#connection.counters().total
    this.#rows(native, params)
    const { total, changes, lastInsertRowid } = this.#connection.counters()
    return { changes: total === before ? 0 : changes, lastInsertRowid: safeNumber(lastInsertRowid) }
  }

  /**
   * A recursive query may give rows without end. A thread that collects them natively (as `Array.from` does, too) cannot be ended, and
   * once it has no memory left the whole process goes; between two turns of a loop, it can.
   */
  #rows(native: NativeStatement, params: SqlParams | undefined): NativeValue[][] {
    if (!this.#mayHaveNoEnd || !native.readonly) return this.#call(native, 'all', params)
    try {
      const rows: NativeValue[][] = []
      for (const row of this.#call(native, 'iterate', params)) rows.push(row)
      return rows
    } catch (error) {
      throw this.#connection.error(error)
    }
  }

  #call<M extends 'run' | 'get' | 'all' | 'iterate'>(
    native: NativeStatement,
    method: M,
    params: SqlParams | undefined,
  ): ReturnType<NativeStatement[M]> {
    const values = this.#bindings(params)
    try {
      return (values.length > SPREAD_MAX ? native[method](values) : native[method](...values)) as ReturnType<NativeStatement[M]>
    } catch (error) {
      throw this.#connection.error(error)
    } finally {
      if (this.#mayChangeSchema) this.#connection.schemaGeneration++
    }
  }

  /** The arguments for better-sqlite3: bare `?` values in order, and named or numbered ones in an object. */
  #bindings(params: SqlParams | undefined): unknown[] {
    const list = this.#parameters
    const ordered = orderParams(params, list)
    const values = new Array<NativeValue>(ordered.length)
    for (let i = 0; i < ordered.length; i++) {
      const value = toNative(ordered[i])
      if (value === NOT_BINDABLE) throw unbindable(ordered[i], parameterLabel(list, i))
      values[i] = value
    }
    return this.#named ? byKey(values, list.keys) : values
  }

  /** The names as of the last run: read again only if the schema may have changed since. */
  #columns(native: NativeStatement): readonly string[] {
    if (this.#generation !== this.#connection.schemaGeneration) {
      this.#names = native.reader ? native.columns().map((column) => column.name) : []
      this.#generation = this.#connection.schemaGeneration
    }
    return this.#names
  }
}

function byKey(values: readonly NativeValue[], keys: readonly (string | null)[]): unknown[] {
  const bare: unknown[] = []
  const named: { [key: string]: NativeValue } = {}
  for (const [i, value] of values.entries()) {
    const key = keys[i]
    if (typeof key === 'string') setOwn(named, key, value)
    else bare.push(value)
  }
  return [...bare, named]
}

function toRow(values: NativeValue[], names: readonly string[]): ResultRow {
  const row: ResultRow = {}
  for (let i = 0; i < names.length; i++) setOwn(row, names[i] as string, fromNative(values[i] as NativeValue))
  return row
}
