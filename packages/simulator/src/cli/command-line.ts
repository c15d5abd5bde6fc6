import { parseArgs } from 'node:util'

/** What was asked for cannot be done, and the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface RunCommand {
  readonly type: 'run'
  readonly module: string
  readonly runs?: number
  readonly seed?: string
  readonly timeMs?: number
  readonly shrinkMs?: number
  readonly cases?: string
  readonly report?: string
  readonly json: boolean
}

export interface RepeatCommand {
  readonly type: 'repeat'
  readonly module: string
  /** A case's path, or a seed. */
  readonly what: string
  readonly report?: string
  readonly everything: boolean
}

export interface ListCommand {
  readonly type: 'list'
  readonly module: string
  readonly cases?: string
}

type Command = RunCommand | RepeatCommand | ListCommand | { readonly type: 'help' }

export const USAGE = `Usage: savepoint-sim <command> <module> [flags]

  run <module>                   looks for a run in which a guarantee does not hold: saved cases first, then seeds
    --runs <number>              how many seeds (default: the module's, or 50)
    --seed <text>                what the seeds begin with (default: the module's, or 1)
    --time <time>                no other run after so much time: 500ms, 60s, 2m (default: the module's, or 60s)
    --shrink <time>              how long a failure may be cut down (default: the module's, or 30s)
    --cases <directory>          where failures are kept (default: the module's, or ./savepoint-cases)
    --report <file.html>         writes a page about what failed
    --json                       one line of JSON on stdout; all else goes to stderr

  repeat <module> <case|seed>    tells one run event by event; a case is a *.json file
    --report <file.html>         writes a page about it
    --everything                 pings and the like too

  list <module>                  the saved cases: what is in them, and whether they still fail
    --cases <directory>          as above

The module exports as "simulation", or by default, what expectConvergence takes.
Exit codes: 0 all held, 1 something did not, 2 it could not be tried.`

const FLAGS = {
  run: ['runs', 'seed', 'time', 'shrink', 'cases', 'report', 'json'],
  repeat: ['report', 'everything'],
  list: ['cases'],
} as const

const ALL_FLAGS = {
  runs: { type: 'string' },
  seed: { type: 'string' },
  time: { type: 'string' },
  shrink: { type: 'string' },
  cases: { type: 'string' },
  report: { type: 'string' },
  json: { type: 'boolean' },
  everything: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** @throws UsageError */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args)
  const [type, module, ...rest] = positionals
  if (values.help === true || type === 'help') return { type: 'help' }
  if (type === undefined) throw new UsageError('What is to be done? run, repeat or list')
  if (type !== 'run' && type !== 'repeat' && type !== 'list')
    throw new UsageError(`There is no command "${type}"; there are run, repeat, list`)
  const known: readonly string[] = FLAGS[type]
  for (const flag of Object.keys(values)) if (!known.includes(flag)) throw new UsageError(`${type} takes no --${flag}`)
  if (module === undefined) throw new UsageError(`${type} needs a module: the file that exports the simulation`)
  const [what, ...more] = type === 'repeat' ? rest : [undefined, ...rest]
  if (more.length > 0) throw new UsageError(`${type} takes no ${more.map((one) => `"${one}"`).join(', ')}`)
  const { seed, cases, report } = values
  const paths = {
    ...(cases !== undefined && { cases: given('cases', cases) }),
    ...(report !== undefined && { report: given('report', report) }),
  }
  if (type === 'list') return { type, module, ...paths }
  if (type === 'run') {
    const [runs, timeMs, shrinkMs] = [
      values.runs === undefined ? undefined : readRuns(values.runs),
      values.time === undefined ? undefined : readTime('time', values.time),
      values.shrink === undefined ? undefined : readTime('shrink', values.shrink),
    ]
    return {
      type,
      module,
      ...paths,
      json: values.json === true,
      ...(runs !== undefined && { runs }),
      ...(timeMs !== undefined && { timeMs }),
      ...(shrinkMs !== undefined && { shrinkMs }),
      ...(seed !== undefined && { seed: given('seed', seed) }),
    }
  }
  if (what === undefined || what === '') throw new UsageError('repeat needs what is to be repeated: a case (*.json), or a seed')
  return { type, module, what, ...paths, everything: values.everything === true }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: ALL_FLAGS })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function given(flag: string, text: string): string {
  if (text === '') throw new UsageError(`--${flag} is empty`)
  return text
}

function readRuns(text: string): number {
  const runs = /^\d+$/.test(text) ? Number(text) : 0
  if (runs >= 1 && Number.isSafeInteger(runs)) return runs
  throw new UsageError(`--runs takes a whole number of at least 1, not "${text}"`)
}

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds. */
function readTime(flag: 'time' | 'shrink', text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (ms > 0) return ms
  throw new UsageError(`--${flag} takes a time with its unit, as 500ms, 60s or 2m, not "${text}"`)
}
