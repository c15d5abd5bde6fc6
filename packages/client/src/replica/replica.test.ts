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
import { Diverged, Replica } from './replica.ts'

const schema = defineSchema({
  name: 'shop',
  version: 1,
  sql: `CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL CHECK (n >= 0));
    CREATE TABLE parts (id TEXT PRIMARY KEY, item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)`,
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
  onlyIfEmpty(tx) {
    if (tx.get('SELECT 1 FROM items')) tx.reject('not-empty')
  },
})

const module = await loadWaSqlite()
const engines: [string, () => Driver][] = [
  ['wa-sqlite', () => openWaSqlite(module)],
  ['better-sqlite3', () => openBetterSqlite3(':memory:')],
]

const TABLES = ['items', 'parts', 'notes', 'sqlite_sequence']
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

  /** The authority processes mutations, and the replica hears of it. */
  function advance(clientID: string, mutations: readonly PendingMutation[]) {
    const { patch } = authority.process(clientID, mutations)
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

  test('[G3] whatever happens, base + replay of what is pending is what readers see, and the base is the room’s content', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const call = fc.oneof(
      fc.record({ name: fc.constant('add'), args: fc.record({ name, by: fc.integer({ min: -3, max: 3 }) }) }),
      fc.record({ name: fc.constant('remove'), args: fc.record({ name }) }),
      fc.record({ name: fc.constant('addPart'), args: fc.record({ name }) }),
      fc.record({ name: fc.constant('swap'), args: fc.record({ a: name, b: name }) }),
      fc.record({ name: fc.constant('note'), args: fc.record({ text: name }) }),
    )
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('mutate' as const), call }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('foreign' as const), call }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('confirm' as const), count: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'fold' as const }) },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        authority = new Authority(schema, mutators)
        replica = new Replica(SyncedDatabase.open(open(), schema, mutators), { clientID: 'me', auth: null })
        advance('nobody', [])
        let issued = 0
        let foreign = 0
        for (const step of actions) {
          if (step.do === 'mutate') {
            if (replica.predict(mutation(issued + 1, step.call.name, step.call.args)).ok) issued++
          } else if (step.do === 'foreign') advance('other', [mutation(++foreign, step.call.name, step.call.args)])
          else if (step.do === 'fold') replica.foldIfCheap()
          else
            advance(
              'me',
              replica.predictions.slice(0, step.count).map((prediction) => prediction.mutation),
            )

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
  })
})
