import fc from 'fast-check'

const ACTIONS = ['NO ACTION', 'RESTRICT', 'SET NULL', 'SET DEFAULT', 'CASCADE'] as const
const TYPES = ['', 'INTEGER', 'TEXT', 'REAL', 'NUMERIC', 'BLOB', 'TEXT COLLATE NOCASE'] as const
const CONSTRAINTS = [
  '',
  'UNIQUE',
  'UNIQUE ON CONFLICT REPLACE',
  'UNIQUE ON CONFLICT IGNORE',
  'NOT NULL DEFAULT 3',
  'DEFAULT 2',
  'CHECK (# IS NOT 1)',
] as const
const KEYS = ['INTEGER', 'AUTOINCREMENT', 'TEXT', 'NOCASE', 'ANY', 'TWO', 'REVERSED'] as const
const INDEXES = ['', 'UNIQUE (c0, c1)', 'UNIQUE (lower(c0))', 'UNIQUE (c1) WHERE c0 > 1', '(c1, c0)'] as const
const GENERATED = ['', "AS (c0 || '!')", 'AS (c0) STORED', 'AS (c0 || c1) STORED UNIQUE'] as const
const TRIGGERS = [
  'log inserts',
  'count updates',
  'log deletes',
  'refuse',
  'skip',
  'skip late',
  'touch',
  'mirror',
  'mirror first',
  'search',
] as const

type KeyKind = (typeof KEYS)[number]
type TriggerKind = (typeof TRIGGERS)[number]

export interface TableShape {
  readonly key: KeyKind
  readonly withoutRowid: boolean
  readonly columns: readonly { readonly type: (typeof TYPES)[number]; readonly constraint: (typeof CONSTRAINTS)[number] }[]
  readonly generated: (typeof GENERATED)[number]
  readonly index: (typeof INDEXES)[number]
  /** To the table of this number, counted around; undefined for none. */
  readonly parent:
    | { readonly table: number; readonly onDelete: string; readonly onUpdate: string; readonly deferred: boolean; readonly unique: boolean }
    | undefined
  readonly triggers: readonly TriggerKind[]
}

export interface SchemaShape {
  readonly tables: readonly TableShape[]
  readonly logKey: 'INTEGER PRIMARY KEY' | 'INTEGER PRIMARY KEY AUTOINCREMENT'
}

const table: fc.Arbitrary<TableShape> = fc.record({
  key: fc.constantFrom(...KEYS),
  withoutRowid: fc.boolean(),
  columns: fc.array(fc.record({ type: fc.constantFrom(...TYPES), constraint: fc.constantFrom(...CONSTRAINTS) }), {
    minLength: 2,
    maxLength: 4,
  }),
  generated: fc.constantFrom(...GENERATED),
  index: fc.constantFrom(...INDEXES),
  parent: fc.option(
    fc.record({
      table: fc.nat(3),
      onDelete: fc.constantFrom(...ACTIONS),
      onUpdate: fc.constantFrom(...ACTIONS),
      deferred: fc.boolean(),
      unique: fc.boolean(),
    }),
    { nil: undefined },
  ),
  triggers: fc.uniqueArray(fc.constantFrom(...TRIGGERS), { maxLength: 4 }),
})

export const randomSchema: fc.Arbitrary<SchemaShape> = fc.record({
  tables: fc.array(table, { minLength: 1, maxLength: 3 }),
  logKey: fc.constantFrom('INTEGER PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT'),
})

/** The key's columns. */
export function keyColumns(shape: TableShape): readonly string[] {
  return shape.key === 'TWO' ? ['k1', 'k2'] : shape.key === 'REVERSED' ? ['k2', 'k1'] : ['id']
}

/** The columns that a write can name, key first. */
export function writableColumns(shape: TableShape): string[] {
  return [...keyColumns(shape), ...shape.columns.map((_, i) => `c${i}`), ...(shape.parent ? ['p'] : [])]
}

export function isRowidKey(shape: TableShape): boolean {
  return shape.key === 'AUTOINCREMENT' || (shape.key === 'INTEGER' && !shape.withoutRowid)
}

/** The DDL of a schema; `search` is whether the engine has FTS5. Tables are t0, t1 … and `log`; d0, d1 … are derived. */
export function schemaSql(schema: SchemaShape, search: boolean): string {
  const { tables } = schema
  const log = `CREATE TABLE log (at ${schema.logKey}, what)`
  return [
    log,
    ...tables.map((shape, i) => tableSql(tables, shape, i)),
    ...tables.flatMap((shape, i) => shape.triggers.flatMap((kind, n) => triggerSql(shape, i, kind, n, search))),
  ].join(';\n')
}

/** True if any trigger writes a derived table. */
export function hasDerived(schema: SchemaShape): boolean {
  return schema.tables.some((shape) => shape.triggers.some(isDerived))
}

function isDerived(kind: TriggerKind): boolean {
  return kind === 'mirror' || kind === 'mirror first' || kind === 'search'
}

/** The derived tables that the DDL makes, but for virtual ones. */
export function derivedTables(schema: SchemaShape): string[] {
  return schema.tables.flatMap((shape, i) =>
    shape.triggers.flatMap((kind) => (kind === 'mirror' ? [`d${i}`] : kind === 'mirror first' ? [`e${i}`] : [])),
  )
}

function tableSql(tables: readonly TableShape[], shape: TableShape, i: number): string {
  const key = {
    INTEGER: 'id INTEGER PRIMARY KEY',
    AUTOINCREMENT: 'id INTEGER PRIMARY KEY AUTOINCREMENT',
    TEXT: 'id TEXT PRIMARY KEY',
    NOCASE: 'id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL',
    ANY: 'id PRIMARY KEY',
    TWO: 'k1 TEXT, k2 INTEGER',
    REVERSED: 'k1, k2 TEXT',
  }[shape.key]
  const columns = shape.columns.map(({ type, constraint }, c) => `c${c} ${type} ${constraint.replace('#', `c${c}`)}`)
  const parts = [...columns.slice(0, 1), key, ...columns.slice(1)]
  if (shape.generated !== '') parts.splice(1, 0, `g ${shape.generated}`)
  parts.push(...parentSql(tables, shape))
  if (keyColumns(shape).length > 1) parts.push(`PRIMARY KEY (${keyColumns(shape).join(', ')})`)
  const without = shape.withoutRowid && shape.key !== 'AUTOINCREMENT' ? ' WITHOUT ROWID' : ''
  const index =
    shape.index === ''
      ? ''
      : `;\nCREATE ${shape.index.startsWith('UNIQUE') ? 'UNIQUE ' : ''}INDEX i${i} ON t${i} ${shape.index.replace('UNIQUE ', '')}`
  return `CREATE TABLE t${i} (${parts.join(', ')})${without}${index}`
}

/** Keys of one column are referenced, or a UNIQUE column. Deferred keys are of the type of what they reference. */
function parentSql(tables: readonly TableShape[], shape: TableShape): string[] {
  if (shape.parent === undefined) return []
  const number = shape.parent.table % tables.length
  const parent = tables[number] as TableShape
  const { onDelete, onUpdate, deferred, unique } = shape.parent
  const column = unique && parent.columns[0]?.constraint.startsWith('UNIQUE') ? parent.columns[0].type : undefined
  if (column === undefined && keyColumns(parent).length > 1) return ['p']
  const type =
    column ??
    { INTEGER: 'INTEGER', AUTOINCREMENT: 'INTEGER', TEXT: 'TEXT', NOCASE: 'TEXT COLLATE NOCASE', ANY: '', TWO: '', REVERSED: '' }[
      parent.key
    ]
  const deferrable = deferred && !(parent === shape && type.endsWith('NOCASE'))
  return [
    `p ${deferrable ? type : ''} DEFAULT 2 REFERENCES t${number} (${column === undefined ? 'id' : 'c0'}) ON DELETE ${onDelete} ON UPDATE ${onUpdate}${deferrable ? ' DEFERRABLE INITIALLY DEFERRED' : ''}`,
  ]
}

function triggerSql(shape: TableShape, i: number, kind: TriggerKind, n: number, search: boolean): string[] {
  const t = `t${i}`
  const make = (name: string, event: string, body: string) => `CREATE TRIGGER r${i}_${n}${name} ${event} BEGIN ${body} END`
  const key = keyColumns(shape)
  const same = (side: string) => key.map((name) => `${name} IS ${side}.${name}`).join(' AND ')
  switch (kind) {
    case 'log inserts':
      return [make('', `AFTER INSERT ON ${t}`, `INSERT INTO log (what) VALUES (NEW.c0);`)]
    case 'count updates':
      return [
        make(
          '',
          `AFTER UPDATE OF c0, ${key[0]} ON ${t}`,
          `UPDATE log SET what = what + 1 WHERE at % 2 = 0; INSERT OR IGNORE INTO log VALUES (1, OLD.c0);`,
        ),
      ]
    case 'log deletes':
      return [
        make('', `BEFORE DELETE ON ${t}`, `DELETE FROM log WHERE at = (SELECT min(at) FROM log); REPLACE INTO log VALUES (5, OLD.c1);`),
      ]
    case 'refuse':
      return [make('', `AFTER UPDATE ON ${t} WHEN NEW.c1 = 2.5`, `SELECT RAISE(ABORT, 'refused');`)]
    case 'skip':
      return [make('', `BEFORE INSERT ON ${t} WHEN NEW.c1 = 'b'`, `SELECT RAISE(IGNORE);`)]
    case 'skip late':
      return shape.triggers.some(isDerived) ? [] : [make('', `AFTER INSERT ON ${t} WHEN NEW.c1 = 'a'`, `SELECT RAISE(IGNORE);`)]
    case 'touch':
      // An index would see the nested update before the outer one.
      return shape.triggers.includes('search')
        ? []
        : [
            make(
              '',
              `AFTER UPDATE ON ${t} WHEN NEW.c1 IS OLD.c1`,
              `UPDATE ${t} SET c1 = 'touched' WHERE ${same('NEW')} AND c1 IS NOT 'touched';`,
            ),
          ]
    case 'mirror':
      return mirror(`d${i}`, t, same, make)
    case 'mirror first':
      return mirror(`e${i}`, t, same, make)
    case 'search':
      // A row that cascades to itself is updated twice, and SQLite tells of the second update first: no index can follow that.
      return search && isRowidKey(shape) && !shape.parent?.unique ? searchSql(i, make) : []
  }
}

/** A derived copy of a table, made anew for each row from what stands there. */
function mirror(
  name: string,
  t: string,
  same: (side: string) => string,
  make: (name: string, event: string, body: string) => string,
): string[] {
  const put = `INSERT INTO ${name} SELECT * FROM ${t} WHERE ${same('NEW')};`
  const drop = (side: string) => `DELETE FROM ${name} WHERE ${same(side)};`
  return [
    `CREATE TABLE ${name} AS SELECT * FROM ${t}`,
    make('i', `AFTER INSERT ON ${t}`, `${drop('NEW')} ${put}`),
    make('u', `AFTER UPDATE ON ${t}`, `${drop('OLD')} ${drop('NEW')} ${put}`),
    make('d', `AFTER DELETE ON ${t}`, drop('OLD')),
  ]
}

function searchSql(i: number, make: (name: string, event: string, body: string) => string): string[] {
  const drop = `INSERT INTO f${i} (f${i}, rowid, c0) VALUES ('delete', OLD.id, OLD.c0);`
  const put = `INSERT INTO f${i} (rowid, c0) VALUES (NEW.id, NEW.c0);`
  return [
    `CREATE VIRTUAL TABLE f${i} USING fts5(c0, content=t${i}, content_rowid=id)`,
    make('i', `AFTER INSERT ON t${i}`, put),
    make('u', `AFTER UPDATE ON t${i}`, `${drop} ${put}`),
    make('d', `AFTER DELETE ON t${i}`, drop),
  ]
}
