import { isExplain, mayChangeSchema } from '../sql-text.ts'
import { decodeCString } from './text.ts'
import type { WaConnection } from './wa-connection.ts'

const SQLITE_STMTSTATUS_REPREPARE = 5

/** The column names of one statement, kept until SQLite has prepared it anew, and whether it writes. */
export class WaColumns {
  readonly #connection: WaConnection
  readonly #handle: number
  readonly #sql: string
  readonly #mayChangeSchema: boolean
  #names: readonly string[] | undefined
  #stamp = 0
  #readonly: boolean | undefined

  constructor(connection: WaConnection, handle: number, sql: string) {
    this.#connection = connection
    this.#handle = handle
    this.#sql = sql
    this.#mayChangeSchema = connection.module._sqlite3_stmt_status === undefined && mayChangeSchema(sql)
  }

  names(): readonly string[] {
    const stamp = this.#currentStamp()
    if (this.#names === undefined || stamp !== this.#stamp) {
      this.#names = readNames(this.#connection, this.#handle)
      this.#stamp = stamp
    }
    return this.#names
  }

  get readonly(): boolean {
    this.#readonly ??= isReadonly(this.#connection, this.#handle, this.#sql)
    return this.#readonly
  }

  /** Call when the statement has run. */
  ran(): void {
    if (this.#mayChangeSchema) this.#connection.schemaGeneration++
  }

  #currentStamp(): number {
    const { module } = this.#connection
    return module._sqlite3_stmt_status?.(this.#handle, SQLITE_STMTSTATUS_REPREPARE, 0) ?? this.#connection.schemaGeneration
  }
}

function readNames({ module, memory }: WaConnection, handle: number): string[] {
  const names: string[] = []
  const count = module._sqlite3_column_count(handle)
  for (let i = 0; i < count; i++) names.push(decodeCString(memory.heap, module._sqlite3_column_name(handle, i)))
  return names
}

/** By `sqlite3_stmt_readonly`, or as it does: whether the program begins a write, vacuums, checkpoints or sets the journal. */
function isReadonly(connection: WaConnection, handle: number, sql: string): boolean {
  const { module, memory } = connection
  if (module._sqlite3_stmt_readonly) return module._sqlite3_stmt_readonly(handle) !== 0
  if (isExplain(sql)) return true
  const program = connection.prepare(`EXPLAIN ${sql}`).handle
  try {
    while (connection.step(program)) {
      const opcode = decodeCString(memory.heap, module._sqlite3_column_text(program, 1))
      const p2 = module._sqlite3_column_double(program, 3)
      if ((opcode === 'Transaction' && p2 !== 0) || WRITING_OPCODES.has(opcode)) return false
    }
    return true
  } finally {
    module._sqlite3_finalize(program)
  }
}

const WRITING_OPCODES = new Set(['Vacuum', 'Checkpoint', 'JournalMode'])
