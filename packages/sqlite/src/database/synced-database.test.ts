import { decodeData, defineMutators, defineSchema, encodeData } from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Driver } from '../driver/driver.ts'
import { engines } from '../driver/engines.contract.ts'
import { SqliteError } from '../driver/sqlite-error.ts'
import type { MutationRunResult } from './run-request.ts'
import { SyncedDatabase } from './synced-database.ts'

const schema = defineSchema({
  name: 'test',
  version: 1,
  sql: `CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL CHECK (n >= 0)) STRICT;
    CREATE TABLE parts (id TEXT PRIMARY KEY, item INTEGER REFERENCES items (id))`,
})

let leaked: { run(sql: string): unknown } | undefined
const mutators = defineMutators({
  add(tx, args: { name: string; n: number }) {
    return tx.run('INSERT INTO items (name, n) VALUES ($name, $n)', args).lastInsertRowid
  },
  context: (tx) => [tx.location, tx.reason, tx.clientID, tx.mutationID, tx.now, tx.auth, tx.random(), tx.random(), tx.id()],
  sql: (tx, sql: string) => tx.run(sql).changes,
  addThen(tx, then: string) {
    tx.run("INSERT INTO items (name, n) VALUES ('first', 1)")
    if (then === 'reject') tx.reject('nope', 'not today')
    if (then === 'throw') throw new Error('broken')
    if (then === 'throw a text') throw 'text'
    if (then === 'promise') return Promise.resolve(1)
    if (then === 'catch') {
      try {
        tx.run("INSERT INTO items (name, n) VALUES ('first', 2)")
      } catch {
        return 'caught'
      }
    }
    return then
  },
  leak(tx) {
    leaked = tx
  },
})

describe.each(engines)('$name', ({ open }) => {
  let driver: Driver
  let database: SyncedDatabase

  beforeEach(async () => {
    driver = await open()
    database = SyncedDatabase.open(driver, schema, mutators)
    driver.exec('BEGIN')
  })

  function run(name: string, args?: unknown): MutationRunResult {
    return database.run({
      clientID: 'c',
      mutationID: 3,
      name,
      args: encodeData(args),
      seed: 'seed',
      now: 1234,
      location: 'server',
      reason: 'authoritative',
      auth: { role: 'editor' },
    })
  }
  const rows = () => database.query('SELECT id, name, n FROM items')

  test('a run gives its value and its net changes', () => {
    expect(run('add', { name: 'a', n: 1 })).toEqual({
      ok: true,
      value: '{"json":1}',
      changes: [{ table: 'items', pk: [1], after: [1, 'a', 1] }],
      ran: [],
    })
    expect(rows()).toEqual([{ id: 1, name: 'a', n: 1 }])
    expect(driver.inTransaction).toBe(true)
  })

  test('tx tells the same on every run', () => {
    const first = run('context')
    expect(first).toEqual(run('context'))
    if (!first.ok) throw new Error('failed')
    const [location, reason, clientID, mutationID, now, auth, one, two, id] = decodeData(first.value) as unknown[]
    expect([location, reason, clientID, mutationID, now, auth]).toEqual(['server', 'authoritative', 'c', 3, 1234, { role: 'editor' }])
    expect(one).not.toBe(two)
    expect(id).toMatch(/^[\w-]{21}$/)
  })

  test.each([
    ['reject', { reason: 'rejected', code: 'nope', message: 'not today' }],
    ['throw', { reason: 'rejected', code: 'error', message: 'broken' }],
    ['throw a text', { reason: 'rejected', code: 'error', message: 'text' }],
    ['promise', { reason: 'schema', code: 'async-mutator' }],
  ])('[G6] %s: nothing of it is kept, and the next one runs', (then, failure) => {
    expect(run('addThen', then)).toMatchObject({ ok: false, failure })
    expect(rows()).toEqual([])
    expect(run('add', { name: 'a', n: 1 })).toMatchObject({ ok: true })
  })

  test.each([
    [
      { name: 'a', n: 1 },
      { kind: 'unique', table: 'items', columns: ['name'] },
    ],
    [
      { name: null, n: 1 },
      { kind: 'not-null', table: 'items', columns: ['name'] },
    ],
    [
      { name: 'b', n: -1 },
      { kind: 'check', name: 'n >= 0' },
    ],
  ])('a broken constraint says which: %j', (args, constraint) => {
    run('add', { name: 'a', n: 1 })
    expect(run('add', args)).toMatchObject({ ok: false, failure: { reason: 'constraint', code: constraint.kind, constraint } })
  })

  test('a broken foreign key, a wrong type and a NULL key are constraints too', () => {
    expect(run('sql', "INSERT INTO parts VALUES ('p', 9)")).toMatchObject({ failure: { reason: 'constraint', code: 'foreign-key' } })
    expect(run('sql', "INSERT INTO items VALUES (1, 'x', 'text')")).toMatchObject({ failure: { reason: 'constraint', code: 'datatype' } })
    expect(run('sql', 'INSERT INTO parts VALUES (NULL, NULL)')).toMatchObject({ failure: { reason: 'constraint', code: 'not-null' } })
    expect(database.query('SELECT * FROM parts')).toEqual([])
  })

  test('a mutator may catch a constraint and go on', () => {
    expect(run('addThen', 'catch')).toMatchObject({ ok: true, value: '{"json":"caught"}', changes: [{ table: 'items' }] })
  })

  test.each([
    'CREATE TABLE x (a)',
    'DROP TABLE items',
    'PRAGMA foreign_keys = OFF',
    "ATTACH 'x' AS x",
    'COMMIT',
    'ROLLBACK',
    'SELECT * FROM _savepoint_log',
  ])('refused: %s', (sql) => {
    expect(run('sql', sql)).toMatchObject({ ok: false, failure: { reason: 'schema', code: 'forbidden-sql' } })
    expect(driver.inTransaction).toBe(true)
  })

  test('SQL that does not compile rejects with SQLite’s message', () => {
    expect(run('sql', 'SELECT * FROM nowhere')).toMatchObject({
      ok: false,
      failure: { reason: 'rejected', code: 'sql', message: expect.stringMatching(/nowhere/) },
    })
  })

  test('tx is of no use after the mutator has returned', () => {
    run('leak')
    expect(() => leaked?.run("INSERT INTO items (name, n) VALUES ('late', 1)")).toThrow(/after it had returned/)
    expect(rows()).toEqual([])
  })

  test('a full disk is no fault of the mutation, even of one that catches everything', () => {
    driver.exec('COMMIT; PRAGMA max_page_count = 1; BEGIN')
    const greedy = 'INSERT INTO items (name, n) SELECT hex(randomblob(2000)), 1 FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9))'
    expect(() => run('sql', greedy)).toThrow(expect.objectContaining({ name: 'StorageFailure', code: 'SQLITE_FULL' }))
    if (driver.inTransaction) driver.exec('ROLLBACK')
    database.rolledBack()
    driver.exec('PRAGMA max_page_count = 1000000; BEGIN')
    expect(run('add', { name: 'a', n: 1 })).toMatchObject({ ok: true, changes: [{ pk: [1] }] })
  })

  test('a query can only read, and only what is the app’s', () => {
    expect(() => database.query('DELETE FROM items')).toThrow(/can only read/)
    expect(() => database.query('SELECT * FROM _savepoint_base')).toThrow(/_savepoint_/)
    expect(() => database.query('SELECT nope FROM items')).toThrow(SqliteError)
  })

  test('a database that holds the schema already is opened as it is', () => {
    run('add', { name: 'a', n: 1 })
    driver.exec('COMMIT')
    expect(SyncedDatabase.open(driver, schema, mutators).query('SELECT name FROM items')).toEqual([{ name: 'a' }])
  })
})
