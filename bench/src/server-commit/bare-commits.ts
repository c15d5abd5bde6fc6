import { encodeData } from '@savepoint/core'
import Database from 'better-sqlite3'
import { type AddArgs, COUNTERS_SQL, FIND_SQL, INCREMENT_SQL, INSERT_SQL } from '../apps/counters.ts'
import { type Commits, CREATED_AT, seedOf } from './commits.ts'

/** The slice of better-sqlite3 that is used here: its own types do not come with it. */
interface NativeDatabase {
  exec(sql: string): void
  prepare(sql: string): { get(...params: unknown[]): { id: number } | undefined; run(...params: unknown[]): unknown }
  close(): void
}

const LOG_SQL = `CREATE TABLE log (version INTEGER PRIMARY KEY, clientID TEXT, mutationID INTEGER, seed TEXT, name TEXT, args TEXT, changes TEXT, at INTEGER)`

/**
 * The statements of `add` on better-sqlite3 itself, one transaction a batch, as durable as the server's.
 *
 * @param logged with one row a mutation in a log: what exactly-once delivery and catch-up cannot do without, whoever writes it.
 */
export function bareCommits(path: string, { logged }: { readonly logged: boolean }): Commits {
  const database = new Database(path, { readonly: false, timeout: 5000 }) as NativeDatabase
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${COUNTERS_SQL}; ${LOG_SQL}`)
  const prepare = (sql: string) => database.prepare(sql)
  const [begin, commit] = [prepare('BEGIN IMMEDIATE'), prepare('COMMIT')]
  const [find, increment, insert] = [prepare(FIND_SQL), prepare(INCREMENT_SQL), prepare(INSERT_SQL)]
  const log = prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  let version = 0
  const run = ({ name, by }: AddArgs) => {
    const known = find.get(name)
    if (known) increment.run(by, known.id)
    else insert.run(name, by)
  }
  const runLogged = ({ call, args, seed }: { call: AddArgs; args: string; seed: string }) => {
    run(call)
    version++
    log.run(version, 'bench', version, seed, 'add', args, `[["counters",[[${version},"${call.name}",${call.by},""]],[]]]`, CREATED_AT)
  }
  return {
    prepare(batch) {
      const entries = batch.map((call, i) => ({ call, args: encodeData(call), seed: seedOf(version + i) }))
      return () => {
        begin.run()
        if (logged) for (const entry of entries) runLogged(entry)
        else for (const call of batch) run(call)
        commit.run()
      }
    },
    close: () => database.close(),
  }
}
