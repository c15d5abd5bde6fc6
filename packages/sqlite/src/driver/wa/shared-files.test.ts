import { describe, expect, onTestFinished, test } from 'vitest'
import { MemoryFile, mountFiles, openWaSqlite } from '../../wa-sqlite.ts'
import type { Driver } from '../driver.ts'
import { journeyappsModule, plainModule } from '../engines.contract.ts'

describe.each([
  ['@journeyapps/wa-sqlite', journeyappsModule],
  ['wa-sqlite', plainModule],
])('files that are shared, on %s', (_, load) => {
  async function open() {
    const module = await load()
    const files = new Map([['room.db', new MemoryFile()]])
    const mounted = mountFiles(module, files, true)
    const connect = () => {
      const driver = openWaSqlite(module, { filename: 'room.db', files: mounted })
      onTestFinished(() => driver.close())
      driver.exec('PRAGMA journal_mode = MEMORY; PRAGMA cache_spill = OFF')
      return driver
    }
    const [writer, reader] = [connect(), connect()]
    writer.exec('CREATE TABLE t (a)')
    return { writer, reader, connect, files }
  }
  const count = (driver: Driver) => {
    const statement = driver.prepare('SELECT count(*) AS n FROM t')
    const n = statement.get()?.n
    statement.finalize()
    return n
  }

  test('one connection reads what is committed while another is in the middle of a transaction', async () => {
    const { writer, reader } = await open()
    writer.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1)')
    expect([count(writer), count(reader)]).toEqual([1, 0])
    expect(reader.serialize().length).toBeGreaterThan(0)
    writer.exec('COMMIT')
    expect(count(reader)).toBe(1)
    writer.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (2); ROLLBACK')
    expect([count(writer), count(reader)]).toEqual([1, 1])
  })

  test('of two that want to write, the second waits', async () => {
    const { writer, connect } = await open()
    const other = connect()
    writer.exec('BEGIN IMMEDIATE')
    expect(() => other.exec('BEGIN IMMEDIATE')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    writer.exec('ROLLBACK')
    other.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT')
    expect(count(writer)).toBe(1)
  })

  test('nothing is written under one who is reading', async () => {
    const { writer, reader } = await open()
    writer.exec('INSERT INTO t VALUES (1)')
    reader.exec('BEGIN')
    expect(count(reader)).toBe(1)
    writer.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (2)')
    expect(() => writer.exec('COMMIT')).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }))
    expect(count(reader)).toBe(1)
    reader.exec('COMMIT')
    writer.exec('COMMIT')
    expect(count(reader)).toBe(2)
  })

  test('a file that comes later can be opened, and attached to', async () => {
    const { writer, files } = await open()
    const module = await load()
    writer.exec('INSERT INTO t VALUES (1)')
    const mounted = mountFiles(module, files, true)
    files.set('copy.db', new MemoryFile())
    const copy = openWaSqlite(module, { filename: 'copy.db', files: mounted, shadowWrites: true })
    onTestFinished(() => copy.close())
    copy.exec(
      `PRAGMA journal_mode = OFF; ATTACH '${mounted.pathOf('room.db')}' AS room; CREATE TABLE t AS SELECT * FROM room.t; DETACH room`,
    )
    expect(count(copy)).toBe(1)
  })
})
