import { parseArgs } from 'node:util'
import type { RestorePoint } from '../backup/plan-restore.ts'
import { nearest } from './nearest.ts'
import { UsageError } from './usage-error.ts'

interface Common {
  /** Path of the file of configuration. */
  readonly config: string
  /** In place of the configuration's. */
  readonly directory?: string
}

interface StartCommand extends Common {
  readonly type: 'start'
}

export interface BackupCommand extends Common {
  readonly type: 'backup'
  readonly out: string
  readonly room?: string
}

export interface RestoreCommand extends Common {
  readonly type: 'restore'
  readonly from: string
  readonly room?: string
  readonly point?: RestorePoint
  readonly force: boolean
}

export interface VerifyCommand extends Common {
  readonly type: 'verify'
  /** Backups to check, in place of the directory. */
  readonly from?: string
  readonly room?: string
}

export type Command = StartCommand | BackupCommand | RestoreCommand | VerifyCommand | { readonly type: 'help' | 'version' }

export const USAGE = `Usage: savepoint-server [command] [flags]

  start                          serves the app until it is told to stop; it is what is done without a command
  backup --out <directory>       copies rooms into a new backup there, while a server may be at work
    --room <name>                only this room
  restore --from <directory>     puts rooms from the backups there, or from one of them, into the data directory
    --room <name>                only this room
    --at <version|time>          as they were then: 1200 (with --room), or 2026-11-27T14:05:00Z
    --force                      also where there is such a room already; its file is put aside, and kept
  verify                         checks the rooms of the data directory, while a server may be at work
    --from <directory>           the backups there instead
    --room <name>                only this room

  --config <file>                the configuration (default: savepoint.json)
  --directory <directory>        the data directory, in place of the configuration's
  --help, --version

Exit codes: 0 done, 1 something is wrong with the data, or the server could not start or drain, 2 what was asked for cannot be.
A second SIGINT or SIGTERM ends a server at once, with 130 or 143; one that a query without end holds kills itself, which is 137.`

const FLAGS = {
  start: [],
  backup: ['out', 'room'],
  restore: ['from', 'room', 'at', 'force'],
  verify: ['from', 'room'],
} as const satisfies { readonly [command: string]: readonly string[] }

const OF_ALL: readonly string[] = ['config', 'directory']

const OPTIONS = {
  config: { type: 'string' },
  directory: { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string' },
  room: { type: 'string' },
  at: { type: 'string' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args)
  const [type = 'start', ...rest] = positionals
  if (values.help === true || type === 'help') return { type: 'help' }
  if (values.version === true) return { type: 'version' }
  if (!isCommand(type)) {
    const near = nearest(type, Object.keys(FLAGS))
    throw new UsageError(
      `There is no command "${type}"; ${near ? `did you mean "${near}"?` : `there are ${Object.keys(FLAGS).join(', ')}`}`,
    )
  }
  if (rest.length > 0) throw new UsageError(`${type} takes no ${rest.map((one) => `"${one}"`).join(', ')}`)
  const known = [...FLAGS[type], ...OF_ALL]
  for (const [flag, value] of Object.entries(values)) {
    if (!known.includes(flag)) throw new UsageError(`${type} takes no --${flag}`)
    if (value === '') throw new UsageError(`--${flag} is empty`)
  }
  const { config = 'savepoint.json', directory, out, from, room, at, force = false } = values
  const common = { config, ...(directory !== undefined && { directory }) }
  const one = room === undefined ? {} : { room }
  if (type === 'start') return { type, ...common }
  if (type === 'verify') return { type, ...common, ...one, ...(from !== undefined && { from }) }
  if (type === 'backup') {
    if (out === undefined) throw new UsageError('backup needs --out: the directory where backups are kept')
    return { type, ...common, ...one, out }
  }
  if (from === undefined) throw new UsageError('restore needs --from: the directory where backups are kept, or one of them')
  const point = at === undefined ? undefined : readPoint(at)
  if (point !== undefined && 'version' in point && room === undefined)
    throw new UsageError('--at with a version needs --room: each room has versions of its own')
  return { type, ...common, ...one, from, force, ...(point !== undefined && { point }) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function isCommand(text: string): text is keyof typeof FLAGS {
  return Object.hasOwn(FLAGS, text)
}

/** Without its zone, a time would be another one on another machine. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

function readPoint(text: string): RestorePoint {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { version: Number(text) }
  const time = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new UsageError(`--at takes a version, or a time with its zone like 2026-11-27T14:05:00Z, not "${text}"`)
  return { time }
}
