import { loadWaSqlite } from '@savepoint/client/node'
import { expect, test } from 'vitest'
import { KeptStorage } from './kept-storage.ts'

test('after a crash the files hold what was committed, and nothing of what was not', async () => {
  const storage = new KeptStorage(await loadWaSqlite())
  const pending = storage.openPending()
  pending.exec('CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1); BEGIN; INSERT INTO calls VALUES (2)')
  storage.crash()
  expect(storage.openPending().prepare('SELECT id FROM calls').all()).toEqual([{ id: 1 }])
})

test('a base is found under its generation, until another is kept', async () => {
  const storage = new KeptStorage(await loadWaSqlite())
  storage.openBase(1).exec('CREATE TABLE t (a)')
  storage.crash()
  expect(storage.base).toBeInstanceOf(Uint8Array)
  expect(storage.openBase(1).prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 't' }])
  storage.keepOnly(2)
  expect(storage.base).toBeUndefined()
})
