import { type Patch, Real } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { Capture } from '../capture/capture.ts'
import type { Digest } from '../digest/digest.ts'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import { PatchApplier } from './patch-applier.ts'
import { PatchError } from './patch-error.ts'
import { Target } from './target.contract.ts'

describe.each(engines)('$name: applying patches', ({ open }) => {
  let driver: Driver
  let target: Target

  beforeEach(async () => {
    driver = await open()
    return () => driver.close()
  })

  const setUp = (schema: string, rows?: string, derived?: string[]): void => {
    target = new Target(driver, schema, rows, derived)
  }
  const apply = (patch: Patch): Digest => target.apply(patch)
  const rows = (sql: string) => driver.prepare(sql).exact()

  test('puts insert or update, deletes delete', () => {
    setUp('CREATE TABLE t (a, id INTEGER PRIMARY KEY, b)', 'INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)')
    apply([
      {
        table: 't',
        puts: [
          [1, 1, 9],
          ['x', 4, new Real(4)],
        ],
        deletes: [[2]],
      },
    ])
    expect(rows('SELECT * FROM t')).toStrictEqual([
      [1, 1, 9],
      [3, 3, 3],
      ['x', 4, new Real(4)],
    ])
  })

  test('a patch applied twice changes nothing the second time', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 'INSERT INTO t VALUES (1, 1), (2, 2)')
    const patch: Patch = [
      {
        table: 't',
        puts: [
          [1, 9],
          [3, 3],
        ],
        deletes: [[2], [7]],
      },
    ]
    expect(apply(patch).toString()).not.toBe('0000000000000000')
    expect(apply(patch).toString()).toBe('0000000000000000')
    expect(rows('SELECT * FROM t')).toStrictEqual([
      [1, 9],
      [3, 3],
    ])
  })

  test('UNIQUE values that swap, or that another row gives up', () => {
    setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b, c, UNIQUE (b, c)); CREATE UNIQUE INDEX p ON t (c) WHERE b > 5',
      'INSERT INTO t VALUES (1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3), (4, 4, 6, 7)',
    )
    apply([
      {
        table: 't',
        puts: [
          [1, 2, 1, 1],
          [2, 1, 2, 2],
          [3, 3, 6, 7],
          [4, 4, 1, 7],
          [5, 6, 6, 6],
        ],
        deletes: [],
      },
    ])
    apply([{ table: 't', puts: [[1, 6, 6, 6]], deletes: [[5]] }])
    expect(rows('SELECT * FROM t')).toStrictEqual([
      [1, 6, 6, 6],
      [2, 1, 2, 2],
      [3, 3, 6, 7],
      [4, 4, 1, 7],
    ])
  })

  test('keys that SQL holds to be equal', () => {
    setUp('CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, a)', "INSERT INTO t VALUES ('a', 1)")
    apply([{ table: 't', puts: [['A', 1]], deletes: [['a']] }])
    apply([{ table: 't', puts: [], deletes: [['a']] }])
    expect(rows('SELECT * FROM t')).toStrictEqual([['A', 1]])
  })

  test('a row that this database should not have is an error, not a replacement', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE ON CONFLICT REPLACE)', "INSERT INTO t VALUES (1, 'x')")
    expect(() => apply([{ table: 't', puts: [[2, 'x']], deletes: [] }])).toThrow('UNIQUE')
    expect(rows('SELECT * FROM t')).toStrictEqual([[1, 'x']])
  })

  test('generated columns, WITHOUT ROWID, a key that is the whole row', () => {
    setUp(
      `CREATE TABLE g (s AS (a + 1) STORED UNIQUE, id INTEGER PRIMARY KEY, v AS (a * 2), a);
      CREATE TABLE w (b, a, c, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE TABLE k (a, b, PRIMARY KEY (b, a))`,
      "INSERT INTO g (id, a) VALUES (1, 1), (2, 2); INSERT INTO w VALUES (1, 'x', 1)",
    )
    apply([
      {
        table: 'g',
        puts: [
          [1, 2],
          [2, 1],
        ],
        deletes: [],
      },
      {
        table: 'w',
        puts: [
          [1, 'x', 2],
          [2, 'x', 3],
        ],
        deletes: [],
      },
      { table: 'k', puts: [[1, 2]], deletes: [[3, 4]] },
    ])
    expect(rows('SELECT * FROM g')).toStrictEqual([
      [3, 1, 4, 2],
      [2, 2, 2, 1],
    ])
    expect(rows('SELECT * FROM w')).toStrictEqual([
      [1, 'x', 2],
      [2, 'x', 3],
    ])
    expect(rows('SELECT * FROM k')).toStrictEqual([[1, 2]])
    apply([{ table: 'k', puts: [], deletes: [[2, 1]] }])
    expect(rows('SELECT * FROM k')).toStrictEqual([])
  })

  test('foreign keys do not act', () => {
    setUp(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE); CREATE TABLE o (id INTEGER PRIMARY KEY)',
      'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 1)',
    )
    const patch: Patch = [
      { table: 'c', puts: [[1, 3]], deletes: [] },
      { table: 'p', puts: [[3]], deletes: [[1]] },
    ]
    driver.exec('PRAGMA foreign_keys = ON')
    expect(target.applier.needsForeignKeysOff(patch)).toBe(true)
    expect(target.applier.needsForeignKeysOff([{ table: 'o', puts: [[1]], deletes: [] }])).toBe(false)
    expect(() => apply(patch)).toThrow('foreign keys are on')
    apply([{ table: 'o', puts: [[1]], deletes: [] }])
    driver.exec('PRAGMA foreign_keys = OFF')
    apply(patch)
    expect(rows('SELECT * FROM c')).toStrictEqual([
      [1, 3],
      [2, 1],
    ])
  })

  test('with foreign keys on, patches can be applied on which none of them would act', () => {
    setUp(
      `CREATE TABLE p (id INTEGER PRIMARY KEY, a); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE); CREATE TABLE u (id INTEGER PRIMARY KEY, a UNIQUE);
       CREATE TABLE d (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED, u REFERENCES u (a) ON UPDATE CASCADE);
       CREATE TABLE w (id INTEGER PRIMARY KEY); CREATE TRIGGER t AFTER INSERT ON w BEGIN DELETE FROM p; END`,
      'INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1, 1), (2, 1)',
    )
    driver.exec('PRAGMA foreign_keys = ON')
    const put = (table: string, ...row: (number | null)[]): Patch => [{ table, puts: [row], deletes: [] }]
    const gone = (table: string): Patch => [{ table, puts: [], deletes: [[1]] }]
    const { applier } = target
    expect(
      [put('c', 3, 1), gone('c'), put('p', 1, 7), put('w', 1), gone('p'), put('d', 1, null, null), put('u', 1, 1)].map((patch) =>
        applier.appliesOnTop(patch),
      ),
    ).toEqual([true, true, true, false, false, false, false])
    apply(put('c', 3, 1))
    apply(gone('c'))
    apply(put('p', 1, 7))
    expect(() => apply(put('c', 4, 9))).toThrow('FOREIGN KEY constraint failed')
    expect(() => apply(gone('p'))).toThrow('foreign keys are on')
    expect(rows('SELECT * FROM c')).toStrictEqual([
      [2, 1],
      [3, 1],
    ])
  })

  test('sqlite_sequence ends as on the other side', () => {
    setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT)',
      'INSERT INTO t VALUES (5)',
    )
    const sequences = () => rows('SELECT name, seq FROM sqlite_sequence ORDER BY name')
    apply([
      { table: 't', puts: [[7]], deletes: [] },
      { table: 'sqlite_sequence', puts: [['t', 9]], deletes: [] },
    ])
    expect(sequences()).toStrictEqual([['t', 9]])
    apply([
      { table: 't', puts: [[20]], deletes: [[5]] },
      { table: 'u', puts: [[1]], deletes: [] },
    ])
    expect(sequences()).toStrictEqual([['t', 9]])
    apply([{ table: 'sqlite_sequence', puts: [['u', 3]], deletes: [['t']] }])
    expect(sequences()).toStrictEqual([['u', 3]])
    apply([
      { table: 't', puts: [[30]], deletes: [] },
      { table: 'sqlite_sequence', puts: [['t', 30]], deletes: [['u']] },
    ])
    expect(sequences()).toStrictEqual([['t', 30]])
  })

  test('capture does not see it', () => {
    setUp('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)', 'INSERT INTO t VALUES (1, 1)')
    const capture = Capture.install(driver, target.tables)
    target.applier = new PatchApplier(driver, target.tables, capture)
    capture.begin()
    apply([
      {
        table: 't',
        puts: [
          [1, 2],
          [2, 2],
        ],
        deletes: [],
      },
      { table: 'sqlite_sequence', puts: [['t', 2]], deletes: [] },
    ])
    capture.begin()
    driver.exec('INSERT INTO t (a) VALUES (3)')
    expect(capture.end()).toStrictEqual([
      { table: 't', pk: [3], after: [3, 3] },
      { table: 'sqlite_sequence', pk: ['t'], before: ['t', 2], after: ['t', 3] },
    ])
  })

  test('rows of 200 columns, and more kinds of updates than statements are kept for', () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`)
    setUp(`CREATE TABLE t (${names.join(', ')}, PRIMARY KEY (c0))`)
    const row = names.map((_, i) => i)
    for (let i = 0; i < 199; i++) {
      apply([{ table: 't', puts: [row.map((value, at) => (at === 1 + i ? -value : value))], deletes: [] }])
      apply([{ table: 't', puts: [row], deletes: [] }])
    }
    expect(rows('SELECT * FROM t')).toStrictEqual([row])
  })

  test('patches that do not fit are refused before anything is written', () => {
    setUp('CREATE TABLE t (id TEXT PRIMARY KEY, a); CREATE TABLE q (id INTEGER PRIMARY KEY AUTOINCREMENT)')
    const first = { table: 't', puts: [['x', 1]], deletes: [] }
    for (const bad of [
      { table: 'none', puts: [], deletes: [] },
      { table: 't', puts: [['x']], deletes: [] },
      { table: 't', puts: [[null, 1]], deletes: [] },
      { table: 't', puts: [], deletes: [['x', 'y']] },
      { table: 't', puts: [], deletes: [[null]] },
      { table: 'sqlite_sequence', puts: [['t', 1]], deletes: [] },
      { table: 'sqlite_sequence', puts: [], deletes: [['none']] },
    ]) {
      expect(() => apply([first, bad])).toThrow(PatchError)
    }
    expect(() => target.applier.apply([first])).toThrow('transaction')
    expect(rows('SELECT * FROM t')).toStrictEqual([])
  })
})
