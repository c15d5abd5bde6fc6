import type { BindValue, ExactValue, SqlParams } from '@savepoint/core'
import { orderParams, type ParameterList, parameterLabel, parameterList, unbindable } from '../bind-params.ts'
import type { ResultRow, RunResult, Statement } from '../driver.ts'
import { misuse } from '../misuse.ts'
import { setOwn } from '../own-property.ts'
import { SQLITE_OK } from './result-codes.ts'
import { decodeCString } from './text.ts'
import { WaColumns } from './wa-columns.ts'
import type { WaConnection } from './wa-connection.ts'
import { bindColumn, columnExact, columnValue } from './wa-values.ts'

export class WaStatement implements Statement {
  readonly sql: string
  readonly #connection: WaConnection
  readonly #parameters: ParameterList
  readonly #columns: WaColumns
  readonly #finalized: (statement: WaStatement) => void
  #handle: number

  constructor(connection: WaConnection, sql: string, handle: number, finalized: (statement: WaStatement) => void) {
    this.sql = sql
    this.#connection = connection
    this.#handle = handle
    this.#parameters = readParameters(connection, handle)
    this.#columns = new WaColumns(connection, handle, sql)
    this.#finalized = finalized
  }

  get readonly(): boolean {
    this.#check()
    return this.#columns.readonly
  }

  get columns(): readonly string[] {
    this.#check()
    return this.#columns.names()
  }

  run(params?: SqlParams): RunResult {
    this.#check()
    const connection = this.#connection
    const before = connection.totalChanges()
    try {
      this.#bind(params)
      while (connection.step(this.#handle)) {
        // Rows of RETURNING are dropped.
      }
    } finally {
      connection.module._sqlite3_reset(this.#handle)
    }
    this.#columns.ran()
    return connection.runResult(before)
  }

  get(params?: SqlParams): ResultRow | undefined {
    this.#check()
    const connection = this.#connection
    try {
      this.#bind(params)
      if (!connection.step(this.#handle)) return undefined
      const row = this.#row(this.#columns.names())
      if (!this.#columns.readonly) while (connection.step(this.#handle));
      return row
    } finally {
      connection.module._sqlite3_reset(this.#handle)
      this.#columns.ran()
    }
  }

  all(params?: SqlParams): ResultRow[] {
    this.#check()
    const connection = this.#connection
    const rows: ResultRow[] = []
    try {
      this.#bind(params)
      if (connection.step(this.#handle)) {
        const names = this.#columns.names()
        do rows.push(this.#row(names))
        while (connection.step(this.#handle))
      }
    } finally {
      connection.module._sqlite3_reset(this.#handle)
      this.#columns.ran()
    }
    return rows
  }

  exact(params?: SqlParams): ExactValue[][] {
    this.#check()
    const { module, memory } = this.#connection
    const rows: ExactValue[][] = []
    try {
      this.#bind(params)
      while (this.#connection.step(this.#handle)) {
        const count = module._sqlite3_column_count(this.#handle)
        const row: ExactValue[] = []
        for (let i = 0; i < count; i++) row.push(columnExact(module, memory, this.#handle, i))
        rows.push(row)
      }
    } finally {
      module._sqlite3_reset(this.#handle)
      this.#columns.ran()
    }
    return rows
  }

  finalize(): void {
    if (this.#handle === 0) return
    if (this.#connection.inFunction) throw misuse.inFunction()
    this.#connection.module._sqlite3_finalize(this.#handle)
    this.#handle = 0
    this.#finalized(this)
  }

  #check(): void {
    if (this.#handle === 0) throw misuse.finalized()
    if (this.#connection.inFunction) throw misuse.inFunction()
  }

  #bind(params: SqlParams | undefined): void {
    const { module, memory } = this.#connection
    const values = orderParams(params, this.#parameters)
    memory.used = 0
    for (let i = 0; i < values.length; i++) {
      const code = bindColumn(module, memory, this.#handle, i + 1, values[i])
      if (code !== SQLITE_OK) throw this.#bindError(code, values[i], i)
    }
  }

  #bindError(code: number, value: BindValue, index: number): Error {
    return code < 0 ? unbindable(value, parameterLabel(this.#parameters, index)) : this.#connection.error(code)
  }

  #row(names: readonly string[]): ResultRow {
    const { module, memory } = this.#connection
    const row: ResultRow = {}
    for (let i = 0; i < names.length; i++) setOwn(row, names[i] as string, columnValue(module, memory, this.#handle, i))
    return row
  }
}

function readParameters(connection: WaConnection, handle: number): ParameterList {
  const { module, memory } = connection
  const names: (string | null)[] = []
  const count = module._sqlite3_bind_parameter_count(handle)
  for (let index = 1; index <= count; index++) {
    const name = module._sqlite3_bind_parameter_name(handle, index)
    names.push(name === 0 ? null : decodeCString(memory.heap, name))
  }
  return parameterList(names)
}
