import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'

/** Clients that have made the entries, in turn. All have confirmed what they did. */
const CLIENTS = 1000

/** Entries between two looks at how far it is. */
const CHUNK = 500_000

/**
 * As calls of `add` leave them, ten a second. Each says that a counter is as it was from the start, so
 * that the log leads to the room's content.
 */
const FILL_SQL = `
WITH RECURSIVE v(version) AS (SELECT :from UNION ALL SELECT version + 1 FROM v WHERE version < :to)
INSERT INTO _savepoint_log (version, clientID, mutationID, seed, name, args, changes, outcome, author, at, digest, previous)
SELECT
  version,
  printf('client-of-the-room-%04d', version % :clients),
  (version - 2) / :clients + 1,
  lower(hex(randomblob(11))),
  'add',
  printf('{"json":{"name":"counter-%d","by":1}}', version % :counters + 1),
  printf('[["counters",[[%d,"counter-%d",0,""]],[]]]', version % :counters + 1, version % :counters + 1),
  '{"ok":true,"value":""}',
  'somebody@example.org',
  :now + version * 100,
  CASE WHEN version % 10 = 0 THEN :digest ELSE '' END,
  max(0, version - :clients)
FROM v`

const CLIENTS_SQL = `
INSERT OR REPLACE INTO _savepoint_clients (clientID, lastMutationID, lastSeed, lastVersion, acked, identity, seenAt)
SELECT clientID, mutationID, seed, version, mutationID, author, at FROM _savepoint_log WHERE version > :after`

interface FillOptions {
  /** Of the room that is closed now, and has processed one mutation, which made the counters. */
  readonly path: string
  readonly counters: number
  readonly entries: number
  readonly progress: (entries: number) => void
}

/** Fills a room's log by SQL, where its own door would take an hour for ten million. */
export function fillLog({ path, counters, entries, progress }: FillOptions): void {
  const driver = openBetterSqlite3(path)
  try {
    driver.exec('PRAGMA synchronous = OFF')
    const digest = driver.prepare("SELECT value FROM _savepoint_meta WHERE key = 'digest'").get()?.value as string
    const fill = driver.prepare(FILL_SQL)
    for (let from = 2; from <= entries; from += CHUNK) {
      const to = Math.min(entries, from + CHUNK - 1)
      fill.run({ from, to, clients: CLIENTS, counters, now: Date.now() - entries * 100, digest })
      progress(to)
    }
    driver.prepare(CLIENTS_SQL).run({ after: Math.max(1, entries - CLIENTS) })
    driver.prepare("UPDATE _savepoint_meta SET value = ? WHERE key = 'version'").run([String(entries)])
    driver.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    driver.close()
  }
}
