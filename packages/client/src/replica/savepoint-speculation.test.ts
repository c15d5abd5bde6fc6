import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeData } from '@savepoint/core'
import { SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import { openWaSqlite } from '@savepoint/sqlite/wa-sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { loadWaSqlite } from '../load-wa-sqlite.ts'
import { Shop, shopMutators, shopSchema } from '../testing/shop.contract.ts'
import { Replica } from './replica.ts'
import { SavepointSpeculation } from './savepoint-speculation.ts'
import { speculationContract } from './speculation.contract.ts'

const module = await loadWaSqlite()
const directory = mkdtempSync(join(tmpdir(), 'savepoint-speculation-'))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0

describe.each([
  ['wa-sqlite', () => openWaSqlite(module)],
  ['better-sqlite3, in memory', () => openBetterSqlite3(':memory:')],
  ['better-sqlite3, on a file', () => openBetterSqlite3(join(directory, `${++files}.db`))],
])('%s', (_, open) => speculationContract(open, (database) => new SavepointSpeculation(database)))

test.each(['wal', 'delete'])('[G3] the file is whole and at its version however much is speculated (journal: %s)', (journal) => {
  const shop = new Shop()
  const path = join(directory, `${++files}.db`)
  const driver = openBetterSqlite3(path)
  driver.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = FULL; PRAGMA cache_size = 20`)
  const replica = new Replica(SyncedDatabase.open(driver, shopSchema, shopMutators), { clientID: 'me', auth: null })
  const call = (mutationID: number, name: string) => {
    const args = encodeData({ name, by: 1 })
    return { mutationID, name: 'add', args, createdAt: 1, seed: `${name}-${mutationID}` }
  }
  const text = 'x'.repeat(500)
  const { poke } = shop.process(
    'other',
    Array.from({ length: 500 }, (_, i) => call(i + 1, `${text} ${i}`)),
  )
  const { digest } = shop.authority
  const position = { epoch: 'e', version: 500 }
  replica.advance({ patch: poke.patch, position, digest, clientID: 'me', lastMutationID: 0, remaining: [] })

  // More pages than the cache has, written and not committed.
  for (let i = 0; i < 1500; i++)
    expect(replica.predict(call(i + 1, i % 3 === 0 ? `mine ${i} ${text}` : `${text} ${i % 500}`)).ok).toBe(true)
  const killed = join(directory, `${++files}.db`)
  // A rollback journal is not needed to make it whole: no page has left the cache.
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) cpSync(path + suffix, killed + suffix)
  const reopened = openBetterSqlite3(killed)
  expect(reopened.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  const later = new Replica(SyncedDatabase.open(reopened, shopSchema, shopMutators), { clientID: 'me', auth: null })
  expect(later.position).toEqual(position)
  expect(later.digest).toBe(digest)
  expect(later.database.scanDigest().toString()).toBe(digest)
  later.close()
  replica.close()
})
