import { expect, test } from 'vitest'
import { openBetterSqlite3 } from '../../better-sqlite3.ts'
import { openWaSqlite, type WaSqliteModule } from '../../wa-sqlite.ts'
import { journeyappsModule, plainModule } from '../engines.contract.ts'
import { resultCodeName } from './result-codes.ts'

test.each([
  ['@journeyapps/wa-sqlite', journeyappsModule],
  ['wa-sqlite', plainModule],
])('an unknown VFS is an error: %s', async (_, load) => {
  const module = await load()
  const open = () => openWaSqlite(module, { filename: 'room.db', vfs: 'nowhere' })
  expect(open).toThrow(expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_ERROR', message: 'no such vfs: nowhere' }))
})

test('the schema cannot be written behind its back, as on better-sqlite3', async () => {
  for (const driver of [openWaSqlite(await journeyappsModule()), openBetterSqlite3(':memory:')]) {
    driver.exec('CREATE TABLE t (a); PRAGMA writable_schema = ON')
    expect(() => driver.exec("UPDATE sqlite_schema SET sql = 'x'")).toThrow('table sqlite_master may not be modified')
    driver.close()
  }
})

test('what is no module is an error that says so', () => {
  expect(() => openWaSqlite(Promise.resolve({}) as unknown as WaSqliteModule)).toThrow('was the factory awaited?')
})

test('nothing is left allocated when a database is closed', async () => {
  const module = await journeyappsModule()
  const use = () => {
    const driver = openWaSqlite(module)
    driver.defineFunction('f', () => 'x'.repeat(100_000))
    driver.exec('CREATE TABLE t (a)')
    for (let i = 0; i < 20; i++) driver.prepare('INSERT INTO t SELECT f() || ?').run(['é'.repeat(100_000)])
    openWaSqlite(module, { bytes: driver.serialize() }).close()
    driver.close()
  }
  for (let i = 0; i < 5; i++) use()
  const bytes = module.HEAPU8.length
  for (let i = 0; i < 40; i++) use()
  expect(module.HEAPU8.length).toBe(bytes)
})

test('the driver leaves BigInt and JSON as they are', async () => {
  await journeyappsModule()
  expect(() => JSON.stringify(1n)).toThrow(TypeError)
})

test.each([
  [1, 'SQLITE_ERROR'],
  [5, 'SQLITE_BUSY'],
  [26, 'SQLITE_NOTADB'],
  [517, 'SQLITE_BUSY_SNAPSHOT'],
  [516, 'SQLITE_ABORT_ROLLBACK'],
  [522, 'SQLITE_IOERR_SHORT_READ'],
  [787, 'SQLITE_CONSTRAINT_FOREIGNKEY'],
  [1555, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
  [2067, 'SQLITE_CONSTRAINT_UNIQUE'],
  [3091, 'SQLITE_CONSTRAINT_DATATYPE'],
  [8714, 'SQLITE_IOERR_IN_PAGE'],
  [260, 'SQLITE_ABORT'],
  [200, 'SQLITE_UNKNOWN_200'],
])('result code %i is %s', (code, name) => {
  expect(resultCodeName(code)).toBe(name)
})
