/**
 * What the driver uses of an Emscripten build of wa-sqlite: the raw C exports, of which some builds lack the optional
 * ones. 64-bit integers cross as two 32-bit halves, low first; a returned high half is read with `getTempRet0`.
 */
export interface WaSqliteModule {
  readonly HEAPU8: Uint8Array
  readonly HEAP32: Int32Array
  retryOps?: unknown
  pendingOps?: unknown
  getTempRet0(): number
  _malloc(bytes: number): number
  _free(pointer: number): void
  _getSqliteFree(): number
  _sqlite3_malloc(bytes: number): number
  _sqlite3_free(pointer: number): void
  _sqlite3_open_v2(filename: number, out: number, flags: number, vfs: number): number
  _sqlite3_close(db: number): number
  _sqlite3_exec(db: number, sql: number, callback: number, context: number, error: number): number
  _sqlite3_errmsg(db: number): number
  _sqlite3_changes(db: number): number
  _sqlite3_get_autocommit(db: number): number
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, out: number, tail: number): number
  _sqlite3_step(statement: number): number
  _sqlite3_reset(statement: number): number
  _sqlite3_finalize(statement: number): number
  _sqlite3_bind_parameter_count(statement: number): number
  _sqlite3_bind_parameter_name(statement: number, index: number): number
  _sqlite3_bind_null(statement: number, index: number): number
  _sqlite3_bind_int(statement: number, index: number, value: number): number
  _sqlite3_bind_int64(statement: number, index: number, low: number, high: number): number
  _sqlite3_bind_double(statement: number, index: number, value: number): number
  _sqlite3_bind_text(statement: number, index: number, text: number, bytes: number, destructor: number): number
  _sqlite3_bind_blob(statement: number, index: number, blob: number, bytes: number, destructor: number): number
  _sqlite3_column_count(statement: number): number
  _sqlite3_column_name(statement: number, column: number): number
  _sqlite3_column_type(statement: number, column: number): number
  _sqlite3_column_int64(statement: number, column: number): number
  _sqlite3_column_double(statement: number, column: number): number
  _sqlite3_column_text(statement: number, column: number): number
  _sqlite3_column_blob(statement: number, column: number): number
  _sqlite3_column_bytes(statement: number, column: number): number
  _sqlite3_value_type(value: number): number
  _sqlite3_value_int64(value: number): number
  _sqlite3_value_double(value: number): number
  _sqlite3_value_text(value: number): number
  _sqlite3_value_blob(value: number): number
  _sqlite3_value_bytes(value: number): number
  _sqlite3_result_null(context: number): void
  _sqlite3_result_int(context: number, value: number): void
  _sqlite3_result_int64(context: number, low: number, high: number): void
  _sqlite3_result_double(context: number, value: number): void
  _sqlite3_result_text(context: number, text: number, bytes: number, destructor: number): void
  _sqlite3_result_blob(context: number, blob: number, bytes: number, destructor: number): void
  _sqlite3_result_error(context: number, text: number, bytes: number): void

  _sqlite3_prepare_v3?(db: number, sql: number, bytes: number, flags: number, out: number, tail: number): number
  _sqlite3_stmt_readonly?(statement: number): number
  _sqlite3_stmt_status?(statement: number, counter: number, reset: number): number
  _sqlite3_total_changes?(db: number): number
  _sqlite3_last_insert_rowid?(db: number): number
  _sqlite3_serialize?(db: number, schema: number, outBytes: number, flags: number): number
  _sqlite3_deserialize?(
    db: number,
    schema: number,
    image: number,
    bytesLow: number,
    bytesHigh: number,
    capacityLow: number,
    capacityHigh: number,
    flags: number,
  ): number
  _sqlite3_db_config?(db: number, option: number, varargs: number): number
  /** Registers a function whose calls go to what {@link setCallback} has under `key`, which SQLite owns from then on. */
  _libfunction_create_function?(
    db: number,
    name: number,
    argumentCount: number,
    flags: number,
    key: number,
    call: number,
    step: number,
    final: number,
  ): number
  setCallback?(key: number, callback: (method: number, context: number, count: number, values: number) => unknown): void
  deleteCallback?(key: number): void
  /** wa-sqlite 1.0 registers functions so. */
  createFunction?(
    db: number,
    name: string,
    argumentCount: number,
    flags: number,
    data: number,
    call: (context: number, values: Uint32Array) => void,
  ): number
  /** Calls what {@link setCallback} has under `key` after each `steps` of the virtual machine, until `steps` is 0. Not 0 from it interrupts. */
  _libprogress_progress_handler?(db: number, steps: number, isSet: number, key: number): void
  /** wa-sqlite 1.0 does it so. */
  progressHandler?(db: number, steps: number, handler: (() => number) | undefined, data: number): void
  vfs_register?(vfs: { readonly name: string }, makeDefault: boolean): number
  /** wa-sqlite 1.0 registers a VFS so. */
  registerVFS?(vfs: { readonly name: string }, makeDefault: boolean): number
}
