import { execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { freePort } from './free-port.ts'
import { postgresPrograms, postgresUser } from './postgres-programs.ts'

/** The server does not listen at once. */
const LOOK_EVERY_MS = 50

/** A server that has been started, and has to be stopped, whether it answers already or not. */
interface PostgresServer {
  readonly url: string
  /** Resolves when it answers. */
  ready(): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL that is empty and of nobody else, as it comes but for what Zero asks for. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresPrograms()
  if (bin === undefined) throw new Error('There is no PostgreSQL.')
  const directory = mkdtempSync(join(tmpdir(), 'savepoint-postgres-'))
  const user = process.getuid?.() === 0 ? postgresUser() : undefined
  if (user !== undefined) chownSync(directory, user.uid, user.gid)
  const options: SpawnOptions = { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] }
  const data = join(directory, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'bench', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  })
  const port = await freePort()
  const settings = ['wal_level=logical', 'max_connections=200', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`]
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...options,
    stdio: 'ignore',
  })
  const exited = once(server, 'exit')
  const url = `postgres://bench@127.0.0.1:${port}/postgres`
  return {
    url,
    ready: async () => {
      while (!(await answers(url))) {
        if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}.`)
        await sleep(LOOK_EVERY_MS)
      }
    },
    stop: async () => {
      // What it calls a fast shutdown: it does not wait for those who are connected.
      server.kill('SIGINT')
      await exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 1, backoff: false })
  try {
    await sql`SELECT 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 0 })
  }
}
