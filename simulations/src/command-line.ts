import { parseArgs } from 'node:util'

/** What was asked for cannot be done, and the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A number that a scenario takes. */
interface NumberFlag {
  readonly about: string
  readonly standard: number | 'drawn' | undefined
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

/** A flag that is there or not, or that names a file. */
interface OtherFlag {
  readonly about: string
  readonly is: 'switch' | 'file'
}

type Flag = NumberFlag | OtherFlag

export interface ScenarioFlags {
  readonly about: string
  readonly flags: { readonly [name: string]: Flag }
}

type FlagValue = number | string | boolean | undefined

type Command =
  | { readonly type: 'list' }
  | { readonly type: 'soak'; readonly durationMs: number; readonly seed: string | undefined; readonly json: boolean }
  | { readonly type: 'repeat'; readonly file: string; readonly report: string | undefined; readonly json: boolean }
  | { readonly type: 'planted'; readonly name: string | undefined; readonly seeds: number; readonly quick: boolean }
  | {
      readonly type: 'run'
      readonly scenario: string
      readonly json: boolean
      readonly flags: { readonly [flag: string]: FlagValue }
    }

/** Runs in which each planted bug is looked for. */
const PLANTED_SEEDS = 20

const PLANTED_FLAGS = ['planted', 'seeds', 'quick']

type Scenarios = { readonly [name: string]: ScenarioFlags }

/** @throws UsageError */
export function parseCommandLine(args: readonly string[], scenarios: Scenarios): Command {
  const { values, positionals } = parse(args, scenarios)
  if (values.list === true || values.help === true) return { type: 'list' }
  if (values.planted === true) return readPlanted(values, positionals)
  const [scenario, ...more] = positionals
  const whole = readWhole(values, positionals)
  if (whole !== undefined) return whole
  if (scenario === undefined) throw new UsageError('Which scenario is to run?')
  if (more.length > 0) throw new UsageError(`One scenario at a time: ${positionals.join(', ')}`)
  const known = Object.hasOwn(scenarios, scenario) ? scenarios[scenario] : undefined
  if (!known) throw new UsageError(`There is no scenario '${scenario}'`)
  for (const name of Object.keys(values)) {
    if (name !== 'json' && !Object.hasOwn(known.flags, name)) throw new UsageError(`${scenario} takes no --${name}`)
  }
  const flags = Object.entries(known.flags).map(([name, flag]) => [name, readFlag(name, values[name], flag)] as const)
  return { type: 'run', scenario, json: values.json === true, flags: Object.fromEntries(flags) }
}

/** What is asked for by a flag, and not by the name of a scenario. */
function readWhole(values: { readonly [flag: string]: unknown }, positionals: readonly string[]): Command | undefined {
  const { soak, repeat, seed, report } = values
  const asked = soak !== undefined ? '--soak' : '--repeat'
  if (soak === undefined && repeat === undefined) return undefined
  if (soak !== undefined && repeat !== undefined) throw new UsageError('--soak and --repeat are two things')
  if (positionals.length > 0) throw new UsageError(`${asked} is asked for without a scenario, not with ${positionals.join(', ')}`)
  const taken = soak !== undefined ? ['soak', 'seed', 'json'] : ['repeat', 'report', 'json']
  for (const name of Object.keys(values)) if (!taken.includes(name)) throw new UsageError(`${asked} takes no --${name}`)
  const json = values.json === true
  if (soak !== undefined) return { type: 'soak', durationMs: readDuration(soak), seed: readText(seed), json }
  return { type: 'repeat', file: String(repeat), report: readText(report), json }
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function readDuration(text: unknown): number {
  const [, count, unit] = /^([1-9]\d{0,5})(s|m|h)$/.exec(String(text)) ?? []
  if (count === undefined || unit === undefined) throw new UsageError(`--soak takes a time like 90s, 10m or 2h, not '${text}'`)
  return Number(count) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

/** The text of `--list`, and what stands under a usage error. */
export function describeScenarios(scenarios: Scenarios): string {
  const lines = ['Usage: npm run simulate -- <scenario> [flags]', '']
  for (const [name, { about, flags }] of Object.entries(scenarios)) {
    lines.push(`  ${name.padEnd(16)}${about}`)
    for (const [flag, description] of Object.entries(flags)) {
      const { about: what, standard } = { standard: undefined, ...description }
      lines.push(`    --${flag.padEnd(12)}${what}${standard === undefined ? '' : ` (default ${standard})`}`)
    }
  }
  lines.push(
    '',
    `  ${'--soak 10m'.padEnd(16)}new seeds of all apps, on all cores, for 90s, 10m or 2h; --seed repeats one`,
    `  ${'--repeat <file>'.padEnd(16)}a case of simulations/regressions, with its timeline; --report <file> draws it`,
    `  ${'--planted [bug]'.padEnd(16)}plants bugs in a copy of the sources, one by one, and shows which of them are caught`,
    `    ${'--seeds'.padEnd(14)}of each (default ${PLANTED_SEEDS})`,
    `    ${'--quick'.padEnd(14)}no other seed after one that catches it`,
  )
  lines.push('', `  ${'--json'.padEnd(16)}one line of JSON on stdout; all else goes to stderr`, `  ${'--list'.padEnd(16)}this list`)
  return lines.join('\n')
}

function readPlanted(values: { readonly [flag: string]: unknown }, [name, ...more]: readonly string[]): Command {
  if (more.length > 0) throw new UsageError(`One bug at a time: ${[name, ...more].join(', ')}`)
  for (const flag of Object.keys(values)) if (!PLANTED_FLAGS.includes(flag)) throw new UsageError(`--planted takes no --${flag}`)
  const seeds = readNumber('seeds', values.seeds, { about: '', standard: PLANTED_SEEDS, min: 1, max: 10_000, whole: true })
  return { type: 'planted', name, seeds: seeds ?? PLANTED_SEEDS, quick: values.quick === true }
}

function parse(args: readonly string[], scenarios: Scenarios): { values: { [flag: string]: unknown }; positionals: string[] } {
  const flags = Object.values(scenarios).flatMap((scenario) => Object.entries(scenario.flags))
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        planted: { type: 'boolean' },
        seeds: { type: 'string' },
        quick: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        soak: { type: 'string' },
        repeat: { type: 'string' },
        seed: { type: 'string' },
        report: { type: 'string' },
        ...Object.fromEntries(flags.map(([name, flag]) => [name, { type: isSwitch(flag) ? 'boolean' : 'string' } as const])),
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function isSwitch(flag: Flag): boolean {
  return 'is' in flag && flag.is === 'switch'
}

function readFlag(name: string, value: unknown, flag: Flag): FlagValue {
  if (!('is' in flag)) return readNumber(name, value, flag)
  if (flag.is === 'switch') return value === true
  if (value === '') throw new UsageError(`--${name} takes the name of a file`)
  return typeof value === 'string' ? value : undefined
}

function readNumber(name: string, text: unknown, { standard, min, max, whole }: NumberFlag): number | undefined {
  if (typeof text !== 'string') return standard === 'drawn' ? undefined : standard
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number
  throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not '${text}'`)
}
