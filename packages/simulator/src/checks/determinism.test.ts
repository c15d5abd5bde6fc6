import { randomBytes } from 'node:crypto'
import { loadWaSqlite } from '@savepoint/client/node'
import { defineMutators, defineSchema, type MutatorDefinitions, type Tx } from '@savepoint/core'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { expect, test } from 'vitest'
import { WorldModel } from '../model/world-model.ts'
import { Determinism } from './determinism.ts'
import { TinyWorld } from './tiny-world.contract.ts'

const TABLE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT)'

/** What the checker has to say after a mutator was called `times` times. */
async function verdict(run: (tx: Tx) => unknown, { sql = TABLE, times = 2 } = {}): Promise<string> {
  const mutators = defineMutators({ run } as unknown as MutatorDefinitions)
  const app = { schema: defineSchema({ name: 'lab', version: 1, sql }), mutators }
  const world = new TinyWorld(app, [], { ann: 'room' })
  for (let i = 0; i < times; i++) await world.call('ann', 'run')
  await world.commit('ann')
  try {
    new Determinism(new WorldModel()).atRest(world)
    return 'fine'
  } catch (error) {
    return (error as Error).message
  }
}

const insert = (tx: Tx, a: unknown, b: unknown = null) => void tx.run('INSERT INTO t (a, b) VALUES (?, ?)', [a as number, b as number])

test('[G3] mutators that use what tx gives are fine', async () => {
  expect(await verdict((tx) => insert(tx, tx.id(), tx.now + tx.random()))).toBe('fine')
  expect(await verdict((tx) => insert(tx, new Date(tx.now).toISOString()))).toBe('fine')
  expect(await verdict((tx) => tx.run("INSERT INTO t (a) VALUES (strftime('%Y', ?, 'unixepoch'))", [tx.now / 1000]))).toBe('fine')
})

test('[G3] a clock or chance that changes nothing is no harm', async () => {
  expect(await verdict((tx) => insert(tx, Date.now() > 0 && Math.random() < 1 ? 1 : 2))).toBe('fine')
})

test.each([
  ['Math.random()', (tx: Tx) => insert(tx, Math.random()), 'tx.random() or tx.id()'],
  ['Date.now()', (tx: Tx) => insert(tx, Date.now()), 'tx.now'],
  ['new Date()', (tx: Tx) => insert(tx, new Date().toISOString()), 'tx.now'],
  ['Date()', (tx: Tx) => insert(tx, Date()), 'tx.now'],
  ['performance.now()', (tx: Tx) => insert(tx, performance.now()), 'tx.now'],
  ['crypto.randomUUID()', (tx: Tx) => insert(tx, crypto.randomUUID()), 'tx.random() or tx.id()'],
  ['crypto.getRandomValues()', (tx: Tx) => insert(tx, crypto.getRandomValues(new Uint8Array(4))), 'tx.random() or tx.id()'],
  ['random() in SQL', (tx: Tx) => tx.run('INSERT INTO t (a) VALUES (random())'), 'tx.random() or tx.id()'],
  ['randomblob() in SQL', (tx: Tx) => tx.run('INSERT INTO t (a) VALUES (hex(randomblob(8)))'), 'tx.random() or tx.id()'],
  ['CURRENT_TIMESTAMP in SQL', (tx: Tx) => tx.run('INSERT INTO t (a) VALUES (CURRENT_TIMESTAMP)'), 'tx.now'],
  ["datetime('now') in SQL", (tx: Tx) => tx.run("INSERT INTO t (a) VALUES (datetime('now', '+1 day'))"), 'tx.now'],
  ["unixepoch('now') in SQL", (tx: Tx) => tx.run('INSERT INTO t (a) VALUES (unixepoch())'), 'tx.now'],
  ["strftime('now') in SQL", (tx: Tx) => tx.run("INSERT INTO t (a) VALUES (strftime('%s', 'now'))"), 'tx.now'],
])('[G3] %s is named', async (source, run, instead) => {
  const said = await verdict((tx) => {
    Math.abs(Date.now() * Math.random())
    run(tx)
  })
  expect(said).toMatch(/^\[G3\] Mutator "run" is not deterministic: .*, t\.a of the row with id 1 becomes .+, and then .+\. It asks /)
  expect(said).toContain(`It asks ${source}: use ${instead} instead.`)
})

test('[G3] clocks and chance are found in the schema too', async () => {
  const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY, a, b DEFAULT CURRENT_TIMESTAMP, year TEXT AS (strftime('%Y', id)));
    CREATE TABLE log (id INTEGER PRIMARY KEY, what DEFAULT (datetime('now')));`
  expect(await verdict((tx) => tx.run('INSERT INTO t (a) VALUES (1)'), { sql })).toContain('It asks CURRENT_TIMESTAMP in SQL')
  expect(await verdict((tx) => tx.run('INSERT INTO log DEFAULT VALUES'), { sql })).toContain("It asks datetime('now') in SQL")
  const trigger = `${TABLE}; CREATE TRIGGER logged AFTER INSERT ON t BEGIN INSERT INTO log (what) VALUES (random()); END`
  expect(await verdict((tx) => insert(tx, 1), { sql: trigger })).toMatch(/log\.what of the row with id 1 .* It asks random\(\) in SQL/)
})

test('[G3] state outside of the mutator', async () => {
  let calls = 0
  expect(await verdict((tx) => insert(tx, ++calls))).toMatch(/t\.a of the row with id 1 .* a variable of its module/)
  expect(await verdict((tx) => insert(tx, randomBytes(8)))).toContain('another source of chance')
  expect(await verdict((tx) => tx.run('INSERT INTO t (a) VALUES (total_changes())'))).toContain('Its SQL asks total_changes()')
})

test('[G3] rows without an order', async () => {
  const last = (order: string) => (tx: Tx) => {
    const rows = tx.all<{ id: number }>(`SELECT id FROM t ${order}`)
    insert(tx, rows.length === 0 ? null : rows[0]?.id)
  }
  expect(await verdict(last(''), { times: 3 })).toMatch(
    /t\.a of the row with id 3 becomes 1, and then 2\. It reads rows in no order: add ORDER BY/,
  )
  expect(await verdict(last('ORDER BY id'), { times: 3 })).toBe('fine')
})

test('[G3] ties, and numbers that SQLite gives to rows', async () => {
  const sql = 'CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a, b)'
  const add = (tx: Tx, a: unknown) => void tx.run('INSERT INTO t (id, a) VALUES (?, ?)', [tx.id(), a as number])
  const first = (order: string) => (tx: Tx) => {
    const found = tx.get<{ id: string }>(`SELECT id FROM t ORDER BY ${order} LIMIT 1`)
    if (found !== undefined) tx.run('UPDATE t SET b = 1 WHERE id = ?', [found.id])
    add(tx, 7)
  }
  expect(await verdict(first('a'), { sql, times: 3 })).toMatch(/t\.b of the row with id .* It depends on where SQLite keeps a row/)
  expect(await verdict(first('a, id'), { sql, times: 3 })).toBe('fine')
  expect(await verdict(first('rowid'), { sql, times: 3 })).toContain('asks for the rowid of a table whose key is another')
  const numbered = (tx: Tx) => add(tx, tx.get<{ last: number }>('SELECT max(rowid) AS last FROM t')?.last ?? 0)
  expect(await verdict(numbered, { sql })).toContain('asks for the rowid')
  expect(await verdict((tx) => tx.run('INSERT INTO t (id) VALUES (?)', [tx.id()]), { sql })).toContain(
    'use no lastInsertRowid where the key is another',
  )
  expect(await verdict((tx) => tx.run('UPDATE t SET a = 1'))).toMatch(/it returns .* lastInsertRowid of a statement that inserted nothing/)
  expect(await verdict((tx) => tx.run('INSERT INTO t (a) VALUES (1)'))).toBe('fine')
})

test('[G3] outcomes and return values', async () => {
  expect(await verdict(() => Date.now())).toMatch(/it returns \{"json":\d+\}, and then \{"json":\d+\}\. It asks Date\.now\(\)/)
  let calls = 0
  const failing = (tx: Tx) => (++calls % 2 === 1 ? tx.reject('odd', 'An odd run') : undefined)
  calls++
  expect(await verdict(failing, { times: 1 })).toContain('one run succeeds, and the other throws "An odd run"')
})

test('[G3] what differs between engines', async () => {
  const module = await loadWaSqlite()
  const otherEngine = (bytes: Uint8Array) => openWaSqlite(module, { bytes })
  const mutators = defineMutators({
    add: (tx: Tx, a: number) => void tx.run('INSERT INTO t (a) VALUES (? / 3.0)', [a]),
    root: (tx: Tx, a: number) => void tx.run('INSERT INTO t (a) VALUES (sqrt(?))', [a]),
  })
  const app = { schema: defineSchema({ name: 'lab', version: 1, sql: TABLE }), mutators }
  const world = new TinyWorld(app, [], { ann: 'room' })
  const check = () => new Determinism(new WorldModel(otherEngine)).atRest(world)
  for (let a = 1; a < 9; a++) await world.call('ann', 'add', a)
  await world.commit('ann')
  check()
  await world.call('ann', 'root', 2)
  await world.commit('ann')
  expect(check).toThrow(
    'Mutator "root" does not do the same on both engines: run on better-sqlite3 and then on wa-sqlite, it succeeds, and then throws "no such function: sqrt". SQLite in WebAssembly has fewer functions: compute it in JavaScript. Arguments: {"json":2}.',
  )
})
