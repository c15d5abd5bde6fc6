import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Below this Zero does not work. */
const VERSION_MIN = 15

/** Why there can be no PostgreSQL of our own on this machine. */
export function whyNoPostgres(): string | undefined {
  const missing = `It needs a PostgreSQL of version ${VERSION_MIN} or newer on this machine`
  const directory = postgresPrograms()
  if (directory === undefined) return `${missing}: there is no pg_config that leads to its server.`
  const version = /(\d+)/.exec(output(join(directory, 'postgres'), ['--version']) ?? '')?.[1]
  if (version === undefined || Number(version) < VERSION_MIN) return `${missing}, not ${version}.`
  if (process.getuid?.() === 0 && postgresUser() === undefined) return 'PostgreSQL does not run as root, and there is no user "postgres".'
  return undefined
}

/** The directory of its programs, by what it says itself. */
export function postgresPrograms(): string | undefined {
  const directory = output('pg_config', ['--bindir'])
  return directory !== undefined && existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres')) ? directory : undefined
}

/** Whom it runs as in the place of root. */
export function postgresUser(): { uid: number; gid: number } | undefined {
  const [uid, gid] = [output('id', ['-u', 'postgres']), output('id', ['-g', 'postgres'])]
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
