/** How SQLite converts what is stored in a column. `blob` converts nothing. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

/** A column that is stored: generated columns are none. */
export interface SyncedColumn {
  readonly name: string
  readonly affinity: Affinity
  /** In upper case; BINARY unless declared otherwise. */
  readonly collation: string
  readonly notNull: boolean
}

/**
 * The columns of one UNIQUE constraint or index beside the primary key, as indexes into `columns`; `all` if any column may
 * decide it (a partial index, an expression, a generated column).
 */
export type UniqueSet = readonly number[] | 'all'

/** By column names, as generated columns can take part. All names are spelt as in the tables. */
export interface ForeignKey {
  readonly columns: readonly string[]
  readonly parent: string
  readonly parentColumns: readonly string[]
  /** DEFERRABLE INITIALLY DEFERRED: SQLite checks it at COMMIT only. */
  readonly deferred: boolean
}

export interface TableTrigger {
  readonly name: string
  /** The CREATE TRIGGER statement. */
  readonly sql: string
  /** True if all it writes are derived tables: it fires too when a patch is applied. */
  readonly derivedOnly: boolean
}

/** A table whose rows are synced. */
export interface SyncedTable {
  readonly name: string
  /** In table order: what a `Row` of this table holds. */
  readonly columns: readonly SyncedColumn[]
  /** The primary key, in its own order, as indexes into `columns`. */
  readonly pk: readonly number[]
  /** True if the key is an INTEGER PRIMARY KEY, another name of the rowid. */
  readonly rowidAlias: boolean
  readonly withoutRowid: boolean
  readonly autoincrement: boolean
  readonly uniques: readonly UniqueSet[]
  readonly foreignKeys: readonly ForeignKey[]
  /** The app's triggers on this table, oldest first. */
  readonly triggers: readonly TableTrigger[]
}

/** What a database holds, as sync sees it. */
export interface DatabaseSchema {
  /** By name. */
  readonly tables: readonly SyncedTable[]
  /** Virtual tables, their shadow tables and those declared as derived, in lower case. */
  readonly derived: ReadonlySet<string>
}
