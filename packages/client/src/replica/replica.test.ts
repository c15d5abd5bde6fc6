import { defineMutators, defineSchema } from '@savepoint/core'
import { type Driver, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import type { PendingMutation } from '../pending/pending-mutation.ts'
import { Authority, mutation } from '../testing/authority.contract.ts'
import { Disk } from '../testing/failing-driver.contract.ts'
import { Diverged } from './advance.ts'
import { mergePatches } from './merge-patches.ts'
import { Replica } from './replica.ts'

const schema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL CHECK (n >= 0));
    CREATE TABLE parts (id TEXT PRIMARY KEY, item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
    CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL)`,
})

const mutators = defineMutators({
  add(tx, { name, by }: { name: string; by: number }) {
    const known = tx.get<{ id: number }>('SELECT id FROM items WHERE name = ?', [name])
    if (known) tx.run('UPDATE items SET n = n + ? WHERE id = ?', [by, known.id])
    else tx.run('INSERT INTO items (name, n) VALUES (?, ?)', [name, by])
    return tx.get<{ n: number }>('SELECT n FROM items WHERE name = ?', [name])?.n
  },
  remove: (tx, { name }: { name: string }) => tx.run('DELETE FROM items WHERE name = ?', [name]).changes,
  addPart: (tx, { name }: { name: string }) =>
    tx.run('INSERT INTO parts (id, item) SELECT ?, id FROM items WHERE name = ?', [tx.id(), name]).changes,
  addPartNotAgain(tx, { name }: { name: string }) {
    tx.run('INSERT INTO parts (id, item) SELECT ?, id FROM items WHERE name = ?', [tx.id(), name])
    if (tx.reason === 'rebase') tx.reject('not-again')
  },
  swap(tx, { a, b }: { a: string; b: string }) {
    tx.run(`UPDATE items SET name = 'swapping' WHERE name = ?`, [a])
    tx.run('UPDATE items SET name = ? WHERE name = ?', [a, b])
    tx.run(`UPDATE items SET name = ? WHERE name = 'swapping'`, [b])
  },
  note: (tx, { text }: { text: string }) => tx.run('INSERT INTO notes (text) VALUES (?)', [text]),
  count(tx, { name, by }: { name: string; by: number }) {
    const known = tx.get<{ n: number }>('SELECT n FROM counters WHERE name = ?', [name])
    if (known === undefined) tx.run('INSERT INTO counters (name, n) VALUES (?, ?)', [name, by])
    else tx.run('UPDATE counters SET n = ? WHERE name = ?', [known.n + by, name])
  },
  /** Reads one row and deletes another. */
  forgetUnless: (tx, { name, there }: { name: string; there: string }) =>
    tx.get('SELECT 1 FROM counters WHERE name = ?', [there]) ?? tx.run('DELETE FROM counters WHERE name = ?', [name]).changes,
  onlyIfEmpty(tx) {
    if (tx.get('SELECT 1 FROM items')) tx.reject('not-empty')
  },
})

const module = await loadWaSqlite()
const engines: [string, () => Driver][] = [
  ['wa-sqlite', () => openWaSqlite(module)],
  ['better-sqlite3', () => openBetterSqlite3(':memory:')],
]

const TABLES = ['items', 'parts', 'notes', 'counters', 'sqlite_sequence']
const content = (database: SyncedDatabase) => {
  const statements = TABLES.map((table) => database.driver.prepare(`SELECT * FROM ${table} ORDER BY 1`))
  const rows = statements.map((statement) => statement.exact())
  for (const statement of statements) statement.finalize()
  return rows
}

describe.each(engines)('%s', (_, open) => {
  let authority: Authority
  let replica: Replica

  beforeEach(() => {
    authority = new Authority(schema, mutators)
    replica = new Replica(SyncedDatabase.open(open(), schema, mutators), { clientID: 'me', auth: null })
    advance('nobody', [])
  })

  /** The authority processes mutations, and the replica hears of it; also of what others did just before. */
  function advance(clientID: string, mutations: readonly PendingMutation[], others: readonly PendingMutation[] = []) {
    const before = others.length > 0 ? authority.process('other', others).patch : []
    const patch = mergePatches([before, authority.process(clientID, mutations).patch], replica.tables)
    const mine = clientID === 'me' ? mutations.length : 0
    const pending = replica.predictions.map((prediction) => prediction.mutation)
    return replica.advance({
      patch,
      position: { epoch: 'e', version: authority.version },
      digest: authority.digest,
      clientID: 'me',
      lastMutationID: replica.lastMutationID + mine,
      remaining: pending.slice(mine),
    })
  }
  const names = () => replica.database.query('SELECT name, n FROM items ORDER BY name').map((row) => `${row.name} ${row.n}`)

  test('a prediction is seen at once; confirmed as predicted, nothing is undone', () => {
    const call = mutation(1, 'add', { name: 'Food', by: 3 })
    replica.predict(call)
    expect(names()).toEqual(['Food 3'])
    expect(advance('me', [call])).toMatchObject({ rebased: false, undone: 0 })
    expect(names()).toEqual(['Food 3'])
    expect(replica.position).toEqual({ epoch: 'e', version: 1 })
    expect(replica.foldedMutationID).toBe(0)
    replica.foldIfCheap()
    expect(replica.foldedMutationID).toBe(1)
    expect(replica.database.driver.inTransaction).toBe(false)
  })

  test('a foreign change goes below what is pending', () => {
    replica.predict(mutation(1, 'add', { name: 'Food', by: 3 }))
    const rebase = advance('other', [mutation(1, 'add', { name: 'Food', by: 10 })])
    expect(rebase).toMatchObject({ rebased: true, undone: 1, replayed: [{ mutation: { mutationID: 1 }, value: '{"json":13}' }] })
    expect(names()).toEqual(['Food 13'])
  })

  const count = (id: number, name: string, by = 1) => mutation(id, 'count', { name, by })
  const counters = () => replica.database.query('SELECT name, n FROM counters ORDER BY name').map((row) => `${row.name} ${row.n}`)

  test('what others changed that nothing pending depends on is shown beside it, and nothing is replayed', () => {
    advance('other', [count(1, 'a'), count(2, 'b')])
    replica.predict(count(1, 'a', 5))
    const { rebased, undone, replayed, changed } = advance('other', [count(3, 'b'), count(4, 'c')])
    expect({ rebased, undone, replayed }).toEqual({ rebased: false, undone: 0, replayed: [] })
    expect([...(changed.byTable.get('counters') ?? [])]).toEqual(['s1:b', 's1:c'])
    expect(counters()).toEqual(['a 6', 'b 2', 'c 1'])
    expect(replica.position?.version).toBe(authority.version)
    expect(advance('other', [count(5, 'a', 10)])).toMatchObject({ rebased: true, undone: 1 })
    expect(counters()).toEqual(['a 16', 'b 2', 'c 1'])
    replica.withdraw([])
    expect(counters()).toEqual(['a 11', 'b 2', 'c 1'])
    expect(replica.database.scanDigest().toString()).toBe(authority.digest)
  })

  test('what others changed may come with what was confirmed as predicted', () => {
    const calls = [count(1, 'a'), count(2, 'b')]
    for (const call of calls) replica.predict(call)
    expect(advance('me', calls.slice(0, 1), [count(1, 'c')])).toMatchObject({ rebased: false })
    expect(counters()).toEqual(['a 1', 'b 1', 'c 1'])
    expect(advance('me', calls.slice(1), [count(2, 'b')])).toMatchObject({ rebased: true, replayed: [] })
    expect(counters()).toEqual(['a 1', 'b 2', 'c 1'])
    expect(replica.database.scanDigest().toString()).toBe(authority.digest)
  })

  test('a prediction that read a row which others make is run again, also if it failed for want of it', () => {
    advance('other', [count(1, 'a')])
    replica.predict(mutation(1, 'forgetUnless', { name: 'a', there: 'b' }))
    expect(counters()).toEqual([])
    expect(advance('other', [count(2, 'c')])).toMatchObject({ rebased: false })
    expect(advance('other', [count(3, 'b')])).toMatchObject({ rebased: true })
    expect(counters()).toEqual(['a 1', 'b 1', 'c 1'])
  })

  test('a patch that is large beside what is pending is not shown on top, since it would be applied twice', () => {
    replica.predict(count(1, 'a'))
    const many = Array.from({ length: 40 }, (_, i) => count(i + 1, `n${i}`))
    expect(advance('other', many)).toMatchObject({ rebased: true, undone: 1 })
    expect(counters()).toHaveLength(41)
  })

  test('[G3] changes beside what is pending that lead to another digest are found, and taken back', () => {
    advance('other', [count(1, 'a')])
    replica.predict(count(1, 'b'))
    const step = {
      patch: [{ table: 'counters', puts: [['c', 1]], deletes: [] }],
      position: { epoch: 'e', version: 9 },
      digest: 'f'.repeat(16),
      clientID: 'me',
      lastMutationID: 0,
      remaining: replica.pending,
    }
    expect(() => replica.advance(step)).toThrow(Diverged)
    expect(counters()).toEqual(['a 1', 'b 1'])
    expect(advance('other', [count(2, 'c', 7)])).toMatchObject({ rebased: false })
    expect(counters()).toEqual(['a 1', 'b 1', 'c 7'])
  })

  test('[G8] where the disk takes no base, what others changed is still shown beside what is pending', () => {
    const disk = new Disk()
    replica = new Replica(SyncedDatabase.open(disk.wrap(open()), schema, mutators), { clientID: 'me', auth: null })
    authority = new Authority(schema, mutators)
    advance('nobody', [])
    const calls = [count(1, 'a'), count(2, 'd')]
    for (const call of calls) replica.predict(call)
    expect(advance('me', calls.slice(0, 1), [count(1, 'b')])).toMatchObject({ rebased: false })
    // These stand in the way of showing all that is confirmed as one patch.
    for (const call of [mutation(3, 'add', { name: 'Food', by: 1 }), mutation(4, 'addPart', { name: 'Food' }), count(5, 'e')])
      replica.predict(call)
    expect(advance('me', replica.pending.slice(0, 3))).toMatchObject({ rebased: false })
    disk.full()
    expect(() => replica.withdraw(replica.pending)).toThrow(/full/)
    expect(counters()).toEqual(['a 1', 'b 1', 'd 1', 'e 1'])
    expect(names()).toEqual(['Food 1'])
    disk.mend()
    replica.withdraw(replica.pending)
    expect(counters()).toEqual(['a 1', 'b 1', 'd 1', 'e 1'])
    replica.withdraw([])
    expect(replica.database.scanDigest().toString()).toBe(authority.digest)
  })

  test('[G6] a throw on replay withdraws that prediction only; it comes back when it runs again', () => {
    replica.predict(mutation(1, 'onlyIfEmpty', undefined))
    replica.predict(mutation(2, 'note', { text: 'kept' }))
    const first = advance('other', [mutation(1, 'add', { name: 'Food', by: 1 })])
    expect(first.replayed).toMatchObject([{ withdrawn: { code: 'not-empty' } }, { withdrawn: undefined }])
    expect(advance('other', [mutation(2, 'remove', { name: 'Food' })]).replayed).toMatchObject([
      { withdrawn: undefined },
      { withdrawn: undefined },
    ])
  })

  test('a first run that fails leaves nothing', () => {
    expect(replica.predict(mutation(1, 'add', { name: 'Food', by: -1 }))).toMatchObject({ ok: false })
    expect(replica.predictions).toEqual([])
    expect(names()).toEqual([])
  })

  test('[G3] another digest than the room’s is found, and the view stays as it was', () => {
    const call = mutation(1, 'add', { name: 'Food', by: 1 })
    replica.predict(call)
    advance('me', [call])
    replica.predict(mutation(2, 'add', { name: 'Food', by: 5 }))
    const step = {
      patch: [],
      position: { epoch: 'e', version: 9 },
      digest: 'f'.repeat(16),
      clientID: 'me',
      lastMutationID: 1,
      remaining: [mutation(2, 'add', { name: 'Food', by: 5 })],
    }
    expect(() => replica.advance(step)).toThrow(Diverged)
    expect(names()).toEqual(['Food 6'])
    expect(replica.position).toEqual({ epoch: 'e', version: 1 })
    expect(replica.database.driver.inTransaction).toBe(true)
  })

  test('confirmed effects that wait outside the base survive a rebase', () => {
    const calls = [1, 2, 3].map((id) => mutation(id, 'add', { name: `n${id}`, by: id }))
    for (const call of calls) replica.predict(call)
    advance('me', calls.slice(0, 2))
    expect(replica.foldedMutationID).toBe(0)
    advance('other', [mutation(1, 'note', { text: 'x' })])
    expect(replica.foldedMutationID).toBe(2)
    expect(names()).toEqual(['n1 1', 'n2 2', 'n3 3'])
  })

  test('[G8] where the disk takes no base, what is confirmed is seen as it came out, also if it would come out otherwise now', () => {
    const disk = new Disk()
    replica = new Replica(SyncedDatabase.open(disk.wrap(open()), schema, mutators), { clientID: 'me', auth: null })
    authority = new Authority(schema, mutators)
    advance('nobody', [])
    const calls = [mutation(1, 'add', { name: 'Food', by: 1 }), mutation(2, 'addPartNotAgain', { name: 'Food' })]
    for (const call of calls) replica.predict(call)
    advance('me', calls)
    const seen = content(replica.database)
    expect(seen[1]).toHaveLength(1)

    disk.full()
    expect(() => replica.foldIfCheap()).toThrow(/full/)
    expect(content(replica.database)).toEqual(seen)
    disk.mend()
    replica.foldIfCheap()
    expect(replica.foldedMutationID).toBe(2)
    expect(content(replica.database)).toEqual(seen)
  })

  test('a withdrawn mutation is gone, and the later ones run again', () => {
    const calls = [1, 2].map((id) => mutation(id, 'add', { name: 'Food', by: id }))
    for (const call of calls) replica.predict(call)
    replica.withdraw([{ ...(calls[1] as PendingMutation), mutationID: 1 }])
    expect(names()).toEqual(['Food 2'])
    expect(replica.predictions.map((prediction) => prediction.mutation.mutationID)).toEqual([1])
  })

  test.each([
    ['all kinds', false],
    ['rows that are told apart', true],
  ])(
    '[G3] whatever happens, base + replay of what is pending is what readers see, and the base is the room’s content: %s',
    (_, isByRow) => {
      const name = isByRow ? fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') : fc.constantFrom('a', 'b', 'c')
      const byRow = [
        { weight: 8, arbitrary: fc.record({ name: fc.constant('count'), args: fc.record({ name, by: fc.integer({ min: -3, max: 3 }) }) }) },
        { weight: 3, arbitrary: fc.record({ name: fc.constant('forgetUnless'), args: fc.record({ name, there: name }) }) },
      ]
      const others = [
        fc.record({ name: fc.constant('add'), args: fc.record({ name, by: fc.integer({ min: -3, max: 3 }) }) }),
        fc.record({ name: fc.constant('remove'), args: fc.record({ name }) }),
        fc.record({ name: fc.constant('addPart'), args: fc.record({ name }) }),
        fc.record({ name: fc.constant('swap'), args: fc.record({ a: name, b: name }) }),
        fc.record({ name: fc.constant('note'), args: fc.record({ text: name }) }),
      ].map((arbitrary) => ({ weight: 1, arbitrary }))
      const call = fc.oneof(...byRow, ...(isByRow ? [] : others))
      const action = fc.oneof(
        { weight: 4, arbitrary: fc.record({ do: fc.constant('mutate' as const), call }) },
        { weight: 2, arbitrary: fc.record({ do: fc.constant('foreign' as const), call }) },
        { weight: 2, arbitrary: fc.record({ do: fc.constant('confirm' as const), count: fc.integer({ min: 1, max: 4 }) }) },
        { weight: 2, arbitrary: fc.record({ do: fc.constant('both' as const), call, count: fc.integer({ min: 1, max: 2 }) }) },
        { weight: 1, arbitrary: fc.constant({ do: 'fold' as const }) },
      )
      const told = { beside: 0, rebased: 0 }
      fc.assert(
        fc.property(fc.array(action, { minLength: isByRow ? 15 : 0, maxLength: 30 }), (actions) => {
          authority = new Authority(schema, mutators)
          replica = new Replica(SyncedDatabase.open(open(), schema, mutators), { clientID: 'me', auth: null })
          advance('nobody', [])
          let issued = 0
          let foreign = 0
          for (const step of actions) {
            if (step.do === 'mutate') {
              if (replica.predict(mutation(issued + 1, step.call.name, step.call.args)).ok) issued++
            } else if (step.do === 'fold') replica.foldIfCheap()
            else {
              const own = step.do === 'foreign' ? [] : replica.pending.slice(0, step.count)
              const others = step.do === 'confirm' ? [] : [mutation(++foreign, step.call.name, step.call.args)]
              const { rebased, undone, changed } = advance('me', own, others)
              if (undone > 0) told.rebased++
              else if (!rebased && !changed.isEmpty) told.beside++
            }

            const model = new Replica(
              SyncedDatabase.open(openBetterSqlite3(':memory:', { bytes: authority.database.driver.serialize() }), schema, mutators),
              { clientID: 'me', auth: null },
            )
            expect(model.database.scanDigest().toString()).toBe(replica.digest)
            for (const { mutation } of replica.predictions) model.predict(mutation)
            expect(content(replica.database)).toEqual(content(model.database))
            model.close()
          }
          replica.close()
          authority.database.close()
        }),
        { numRuns: 60 },
      )
      expect(told.rebased).toBeGreaterThan(0)
      if (isByRow) expect(told.beside).toBeGreaterThan(30)
    },
  )
})
