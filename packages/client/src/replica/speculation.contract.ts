import { encodeData } from '@savepoint/core'
import { type Driver, SyncedDatabase } from '@savepoint/sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { Disk } from '../testing/failing-driver.contract.ts'
import { shopMutators, shopSchema } from '../testing/shop.contract.ts'
import type { Speculation } from './speculation.ts'

/** What every speculation has to do, on a database that the test can also look into. */
export function speculationContract(open: () => Driver, speculate: (database: SyncedDatabase) => Speculation): void {
  describe('speculation', () => {
    let database: SyncedDatabase
    let speculation: Speculation
    let disk: Disk
    let calls: number

    beforeEach(() => {
      disk = new Disk()
      calls = 0
      database = SyncedDatabase.open(disk.wrap(open()), shopSchema, shopMutators)
      speculation = speculate(database)
    })

    const request = (name: string, args: unknown) => {
      const mutationID = ++calls
      const fields = { location: 'client', reason: 'rebase', auth: null } as const
      return { clientID: 'c', mutationID, name, args: encodeData(args), seed: `s${mutationID}`, now: 1, ...fields }
    }
    const add = (name: string, by = 1) => request('add', { name, by })
    const rows = () => database.query('SELECT name, n FROM items ORDER BY name').map(({ name, n }) => `${name} ${n}`)
    const base = (name: string, n: number) =>
      speculation.commitBase(() => database.driver.exec(`INSERT INTO items VALUES ('${name}', ${n})`), [])
    const all = { mayFail: () => false, isObserved: () => true }

    test('what runs is seen on top of the base, and the next sees it too', () => {
      base('Food', 10)
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":11}' })
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":12}' })
      expect(rows()).toEqual(['Food 12'])
    })

    test('what fails leaves nothing behind, alone or among others', () => {
      expect(speculation.run(request('onlyIfNone', { name: 'Food' }))).toMatchObject({ ok: true })
      expect(speculation.run(request('onlyIfNone', { name: 'Food' }))).toMatchObject({ ok: false, failure: { code: 'taken' } })
      const results = speculation.runAll([add('Rent'), request('onlyIfNone', { name: 'Food' }), add('Rent')], all)
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true])
      expect(rows()).toEqual(['Food 0', 'Rent 2'])
    })

    test('changes that are put on top are seen by what runs then, and undone with it', () => {
      base('Food', 10)
      speculation.apply([{ table: 'items', puts: [['Food', 20]], deletes: [] }])
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":21}' })
      expect(rows()).toEqual(['Food 21'])
      speculation.undo()
      expect(rows()).toEqual(['Food 10'])
    })

    test('a new base undoes all that was run', () => {
      speculation.run(add('Food'))
      base('Rent', 5)
      expect(rows()).toEqual(['Rent 5'])
    })

    test('undone, nothing of what was run is left', () => {
      base('Food', 1)
      speculation.run(add('Food'))
      speculation.undo()
      speculation.undo()
      expect(rows()).toEqual(['Food 1'])
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":2}' })
    })

    test('a new base that throws is none, and all that was run is undone', () => {
      base('Food', 1)
      speculation.run(add('Food'))
      const work = () => {
        database.driver.exec(`UPDATE items SET n = 99`)
        throw new Error('not this one')
      }
      expect(() => speculation.commitBase(work, [])).toThrow(/not this one/)
      expect(rows()).toEqual(['Food 1'])
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":2}' })
    })

    test('promoted, what was run is the base', () => {
      speculation.run(add('Food'))
      speculation.promote(() => database.driver.exec(`INSERT INTO items VALUES ('with it', 0)`))
      speculation.run(add('Rent'))
      base('x', 0)
      expect(rows()).toEqual(['Food 1', 'with it 0', 'x 0'])
    })

    test('there may be nothing to promote, or to run', () => {
      speculation.promote(() => {})
      expect(speculation.runAll([], all)).toEqual([])
      base('Food', 1)
      expect(rows()).toEqual(['Food 1'])
    })

    test.each([
      ['commitBase', (s: Speculation) => s.commitBase(() => database.driver.exec('DELETE FROM items'), [])],
      ['promote', (s: Speculation) => s.promote(() => database.driver.exec('DELETE FROM items'))],
    ])('%s on a full disk leaves the base as it was, and nothing on top', (_, change) => {
      base('Food', 1)
      speculation.run(add('Food'))
      disk.full()
      expect(() => change(speculation)).toThrow(expect.objectContaining({ name: 'StorageFailure', code: 'SQLITE_FULL' }))
      disk.mend()
      expect(rows()).toEqual(['Food 1'])
      expect(speculation.run(add('Food'))).toMatchObject({ ok: true, value: '{"json":2}' })
    })

    test('a run that meets a failing disk undoes all that was run', () => {
      base('Food', 1)
      speculation.run(add('Food'))
      disk.failWhen((sql) => sql.startsWith('SELECT n FROM items'))
      expect(() => speculation.run(add('Rent'))).toThrow(expect.objectContaining({ name: 'StorageFailure' }))
      expect(() => speculation.runAll([add('Rent')], all)).toThrow(expect.objectContaining({ name: 'StorageFailure' }))
      disk.mend()
      expect(rows()).toEqual(['Food 1'])
    })

    test('a base that cannot be begun leaves foreign keys as they were', () => {
      disk.failWhen((sql) => sql.includes('BEGIN IMMEDIATE'))
      expect(() => base('Food', 1)).toThrow(/full/)
      disk.mend()
      expect(database.driver.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
    })
  })
}
