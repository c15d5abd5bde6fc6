/** A value as better-sqlite3 gives and takes it; with safe integers every INTEGER is a bigint. */
export type NativeValue = null | number | bigint | string | Uint8Array

/** The slice of better-sqlite3's Statement that the driver uses. */
export interface NativeStatement {
  readonly reader: boolean
  readonly readonly: boolean
  raw(): this
  safeIntegers(): this
  columns(): { readonly name: string }[]
  run(...params: unknown[]): { readonly changes: number; readonly lastInsertRowid: bigint }
  /** After `raw()`: an array of values. */
  get(...params: unknown[]): NativeValue[] | undefined
  /** After `raw()`: arrays of values. */
  all(...params: unknown[]): NativeValue[][]
  /** After `raw()`: arrays of values, one at a time. Nothing else may run meanwhile. */
  iterate(...params: unknown[]): Iterable<NativeValue[]>
}

/** The slice of better-sqlite3's Database that the driver uses. */
export interface NativeDatabase {
  readonly open: boolean
  readonly inTransaction: boolean
  prepare(sql: string): NativeStatement
  exec(sql: string): void
  function(name: string, options: { varargs: boolean; safeIntegers: boolean }, fn: (...args: NativeValue[]) => unknown): void
  serialize(): Uint8Array
  /** `progress` is asked after each step how many pages the next may copy. */
  backup(path: string, options: { progress: () => number }): Promise<unknown>
  /** Lifts SQLite's defensive mode. */
  unsafeMode(unsafe: boolean): void
  close(): void
}
