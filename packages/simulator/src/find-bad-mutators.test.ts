import { defineMutators, defineSchema, type MutatorDefinitions, type Tx } from '@savepoint/core'
import { expect, test } from 'vitest'
import { expectConvergence } from './expect-convergence.ts'
import type { Random } from './random.ts'
import { ConvergenceError } from './stage/convergence-error.ts'

const schema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `CREATE TABLE items (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, amount REAL NOT NULL DEFAULT 0, note TEXT);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, amount REAL, note TEXT)`,
})

/** All are to be found as they are, with the defaults, in so few runs. */
const RUNS = 5

function insert(tx: Tx, values: { readonly id?: string; readonly amount?: number; readonly note?: string | number }): void {
  const { id = tx.id(), amount = 0, note = null } = values
  tx.run('INSERT INTO items (id, name, amount, note) VALUES (?, ?, ?, ?)', [id, 'Tea', amount, note])
}

function insertSql(tx: Tx, note: string, ...params: number[]): void {
  tx.run(`INSERT INTO items (id, name, note) VALUES (?, 'Tea', ${note})`, [tx.id(), ...params])
}

/** Adds an item, or marks the one that a query finds first. */
function markFirst(tx: Tx, n: number, sql: string): void {
  const found = n < 4 ? tx.get<{ id: string }>(sql) : undefined
  if (found === undefined) insert(tx, { amount: n })
  else tx.run('UPDATE items SET note = coalesce(note, 0) + 1 WHERE id = ?', [found.id])
}

let calls = 0
const seen: number[] = []

/** How it is written, and what has to be said of it. */
const BAD: readonly (readonly [string, (tx: Tx, n: number) => void, RegExp])[] = [
  ['Math.random', (tx) => insert(tx, { amount: Math.random() }), /It asks Math\.random\(\): use tx\.random\(\) or tx\.id\(\) instead/],
  ['crypto.randomUUID', (tx) => insert(tx, { id: crypto.randomUUID() }), /It asks crypto\.randomUUID\(\): use .* tx\.id\(\)/],
  ['Date.now', (tx) => insert(tx, { note: Date.now() }), /It asks Date\.now\(\): use tx\.now instead/],
  ['new Date', (tx) => insert(tx, { note: new Date().toISOString() }), /It asks new Date\(\): use tx\.now instead/],
  ['only the day', (tx) => insert(tx, { note: new Date().toISOString().slice(0, 10) }), /It asks new Date\(\): use tx\.now instead/],
  ['CURRENT_TIMESTAMP', (tx) => insertSql(tx, 'CURRENT_TIMESTAMP'), /It asks CURRENT_TIMESTAMP in SQL: use tx\.now/],
  ['random() in SQL', (tx) => insertSql(tx, 'random()'), /It asks random\(\) in SQL: use tx\.random\(\)/],
  ['a counter', (tx) => insert(tx, { amount: ++calls }), /a variable of its module, or another source of chance/],
  ['a list', (tx, n) => insert(tx, { amount: seen.push(n) % 5 }), /a variable of its module, or another source of chance/],
  ['LIMIT without ORDER BY', (tx, n) => markFirst(tx, n, 'SELECT id FROM items LIMIT 1'), /It reads rows in no order: add ORDER BY/],
  ['ties', (tx, n) => markFirst(tx, n, 'SELECT id FROM items ORDER BY name LIMIT 1'), /where SQLite keeps a row.*leave no ties/],
  ['ORDER BY rowid', (tx, n) => markFirst(tx, n, 'SELECT id FROM items ORDER BY rowid LIMIT 1'), /rowid of a table whose key is another/],
  [
    'group_concat',
    (tx, n) => {
      insert(tx, { note: n })
      tx.run("UPDATE items SET name = (SELECT group_concat(note) FROM items) WHERE note = '1'")
    },
    /It reads rows in no order: add ORDER BY/,
  ],
  [
    'a sum of fractions in JavaScript',
    (tx, n) => {
      insert(tx, { amount: n / 10 })
      const sum = tx.all<{ amount: number }>('SELECT amount FROM items').reduce((total, { amount }) => total + amount, 0)
      tx.run('UPDATE items SET note = ? WHERE amount = 0.1', [sum])
    },
    /It reads rows in no order: add ORDER BY/,
  ],
  ['changes()', (tx) => insertSql(tx, 'changes()'), /Its SQL asks changes\(\), which tells of other mutations too/],
  [
    'what run returned',
    (tx) => tx.run('UPDATE items SET amount = 1 WHERE amount > 1'),
    /lastInsertRowid of a statement that inserted nothing/,
  ],
  ['JSON of fractions', (tx) => insertSql(tx, "json_object('price', ?)", tx.random()), /on both engines.*JSON: use JSON\.stringify/],
]

async function findFailure(run: (tx: Tx, n: number) => unknown, name = 'bad'): Promise<ConvergenceError> {
  const mutators = defineMutators({ [name]: run, good: (tx: Tx, n: number) => insert(tx, { amount: n }) } as MutatorDefinitions)
  const args = (random: Random) => random.int(0, 9)
  const error = await expectConvergence({
    schema,
    mutators,
    workload: { [name]: args, good: args } as never,
    runs: RUNS,
    timeMs: 90_000,
  }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConvergenceError)
  return error as ConvergenceError
}

test.each(BAD)('[G3] a mutator that depends on %s is found, named and cut down', async (_, run, cause) => {
  const { message, failure } = await findFailure(run)
  const [first = ''] = message.split('\n')
  expect(first).toMatch(/^\[G3\] Mutator "bad" /)
  expect(first).toMatch(cause)
  expect(failure.scenario.clients).toHaveLength(1)
  expect(failure.scenario.actions.length).toBeLessThanOrEqual(4)
  expect(new Set(failure.scenario.actions.map((action) => action.do))).toEqual(new Set(['mutate']))
})

test('what depends on where it runs converges: the server decides', async () => {
  const mutators = defineMutators({
    guess: (tx, n: number) => insert(tx, { amount: n, note: tx.location }),
    check(tx, n: number) {
      if (tx.location === 'server' && n > 5) tx.reject('too-many')
      insert(tx, { amount: n, note: tx.reason })
    },
  })
  const args = (random: Random) => random.int(0, 9)
  const { mutators: counts } = await expectConvergence({ schema, mutators, workload: { guess: args, check: args }, runs: 3 })
  expect(counts.get('guess')?.rejected).toBe(0)
  expect(counts.get('check')?.rejected).toBeGreaterThan(0)
})

test('a sum of fractions by SQL is the same in any order, and text of fractions on both engines', async () => {
  const mutators = defineMutators({
    sum(tx, n: number) {
      insert(tx, { amount: n / 10 })
      tx.run('UPDATE items SET note = (SELECT sum(amount) FROM items) WHERE amount = 0.1')
    },
    text: (tx) => insertSql(tx, 'CAST(? AS TEXT)', tx.random()),
  })
  await expectConvergence({ schema, mutators, workload: { sum: (random) => random.int(0, 9), text: {} }, runs: 3 })
})
