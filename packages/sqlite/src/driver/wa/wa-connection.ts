import type { RunResult } from '../driver.ts'
import { Interrupted } from '../interrupted.ts'
import { misuse } from '../misuse.ts'
import { SqliteError } from '../sqlite-error.ts'
import { resultCodeName, SQLITE_DONE, SQLITE_ERROR, SQLITE_INTERRUPT, SQLITE_OK, SQLITE_ROW } from './result-codes.ts'
import { decodeCString } from './text.ts'
import { WaInterrupt } from './wa-interrupt.ts'
import { WaMemory } from './wa-memory.ts'
import type { WaSqliteModule } from './wa-module.ts'
import { int64 } from './wa-values.ts'

/** What the driver, its statements and its functions share. */
export class WaConnection {
  readonly module: WaSqliteModule
  readonly memory: WaMemory
  /** The `sqlite3*`, or 0 once closed. */
  db = 0
  inFunction = false
  /** What a function threw, until the statement that called it has failed with it. */
  thrown: { readonly error: unknown } | undefined
  /** Who may stop statements, while one is asked. */
  readonly interrupt: WaInterrupt = new WaInterrupt(this)
  /** Counts what may have changed the columns of a `SELECT *`. */
  schemaGeneration = 0
  #counters = 0

  constructor(module: WaSqliteModule) {
    this.module = module
    this.memory = new WaMemory(module)
  }

  open(filename: string, vfs: string | undefined): void {
    const { module, memory } = this
    // `VACUUM INTO` must name the VFS for images in a URI where there is no `sqlite3_serialize`.
    const flags = module._sqlite3_serialize ? OPEN_FLAGS : OPEN_FLAGS | SQLITE_OPEN_URI
    const result = memory.withCString(filename, (name) =>
      vfs === undefined
        ? module._sqlite3_open_v2(name, memory.out, flags, 0)
        : memory.withCString(vfs, (vfsName) => module._sqlite3_open_v2(name, memory.out, flags, vfsName)),
    )
    this.db = memory.pointerAt(memory.out)
    this.expectOk(result)
  }

  /** Refuses SQL that can corrupt the file (PRAGMA writable_schema and the like), as better-sqlite3 does. */
  defend(): void {
    const { module, memory } = this
    const [on, nowhere] = [1, 0]
    module.HEAP32.set([on, nowhere], memory.out >> 2)
    if (module._sqlite3_db_config) this.expectOk(module._sqlite3_db_config(this.db, SQLITE_DBCONFIG_DEFENSIVE, memory.out))
  }

  /** Throws if the database may not be used now. */
  check(): void {
    if (this.db === 0) throw misuse.closed()
    if (this.inFunction) throw misuse.inFunction()
  }

  /** The error for a result code that a call has just returned. */
  error(code: number): SqliteError | Interrupted {
    const thrown = this.thrown
    this.thrown = undefined
    if (thrown !== undefined && (code & 0xff) === SQLITE_ERROR) {
      return new SqliteError('SQLITE_ERROR', messageOf(thrown.error), { cause: thrown.error })
    }
    if (code === SQLITE_INTERRUPT) return new Interrupted('The query was stopped, as its time was over.')
    return new SqliteError(resultCodeName(code), decodeCString(this.memory.heap, this.module._sqlite3_errmsg(this.db)))
  }

  expectOk(code: number): void {
    if (code !== SQLITE_OK) throw this.error(code)
  }

  /** True if there is a row, false if the statement is done. */
  step(statement: number): boolean {
    const code = this.module._sqlite3_step(statement)
    if (code === SQLITE_ROW) return true
    if (code === SQLITE_DONE) return false
    throw this.error(code)
  }

  exec(sql: string): void {
    if (sql.includes('\0')) throw misuse.nul()
    this.memory.used = 0
    this.schemaGeneration++
    this.expectOk(this.memory.withCString(sql, (text) => this.module._sqlite3_exec(this.db, text, 0, 0, 0)))
  }

  /** Prepares one statement and returns its `sqlite3_stmt*`. `rest` receives what follows it. */
  prepare(sql: string): { handle: number; rest: string } {
    const { module, memory } = this
    if (sql.includes('\0')) throw misuse.nul()
    return memory.withCString(sql, (text, bytes) => {
      const { out } = memory
      const code = module._sqlite3_prepare_v3
        ? module._sqlite3_prepare_v3(this.db, text, bytes + 1, SQLITE_PREPARE_PERSISTENT, out, out + 4)
        : module._sqlite3_prepare_v2(this.db, text, bytes + 1, out, out + 4)
      this.expectOk(code)
      return { handle: memory.pointerAt(out), rest: decodeCString(memory.heap, memory.pointerAt(out + 4)) }
    })
  }

  /** A counter of all changes so far, to tell whether a statement made any. */
  totalChanges(): number {
    const { module } = this
    if (module._sqlite3_total_changes) return module._sqlite3_total_changes(this.db)
    return this.#readCounter(0) as number
  }

  runResult(totalChangesBefore: number): RunResult {
    const { module } = this
    const changes = this.totalChanges() === totalChangesBefore ? 0 : module._sqlite3_changes(this.db)
    return { changes, lastInsertRowid: this.#lastInsertRowid() }
  }

  #lastInsertRowid(): number | bigint {
    const { module } = this
    if (!module._sqlite3_last_insert_rowid) return this.#readCounter(1)
    const low = module._sqlite3_last_insert_rowid(this.db)
    return int64(low, module.getTempRet0())
  }

  /** Reads the connection's counters by SQL, for builds that do not export them. */
  #readCounter(column: number): number | bigint {
    const { module } = this
    if (this.#counters === 0) this.#counters = this.prepare('SELECT total_changes(), last_insert_rowid()').handle
    this.step(this.#counters)
    const low = module._sqlite3_column_int64(this.#counters, column)
    const value = int64(low, module.getTempRet0())
    module._sqlite3_reset(this.#counters)
    return value
  }

  close(): void {
    this.module._sqlite3_finalize(this.#counters)
    if (this.db !== 0) this.module._sqlite3_close(this.db)
    this.interrupt.close()
    this.memory.close()
    this.db = 0
  }
}

const SQLITE_OPEN_READWRITE = 0x2
const SQLITE_OPEN_CREATE = 0x4
const SQLITE_OPEN_URI = 0x40
/** Makes every call return extended result codes. */
const SQLITE_OPEN_EXRESCODE = 0x0200_0000
const OPEN_FLAGS = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE
const SQLITE_DBCONFIG_DEFENSIVE = 1010
const SQLITE_PREPARE_PERSISTENT = 1

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
