import { parseArgs } from 'node:util'

/** What was asked for cannot be done, and the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A number that a scenario takes. */
interface Flag {
  readonly about: string
  /** Undefined: one is drawn. */
  readonly standard: number | undefined
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

export interface ScenarioFlags {
  readonly about: string
  readonly flags: { readonly [name: string]: Flag }
}

type Command =
  | { readonly type: 'list' }
  | {
      readonly type: 'run'
      readonly scenario: string
      readonly json: boolean
      readonly numbers: { readonly [flag: string]: number | undefined }
    }

type Scenarios = { readonly [name: string]: ScenarioFlags }

/** @throws UsageError */
export function parseCommandLine(args: readonly string[], scenarios: Scenarios): Command {
  const { values, positionals } = parse(args, scenarios)
  if (values.list === true || values.help === true) return { type: 'list' }
  const [scenario, ...more] = positionals
  if (scenario === undefined) throw new UsageError('Which scenario is to run?')
  if (more.length > 0) throw new UsageError(`One scenario at a time: ${positionals.join(', ')}`)
  const known = Object.hasOwn(scenarios, scenario) ? scenarios[scenario] : undefined
  if (!known) throw new UsageError(`There is no scenario '${scenario}'`)
  for (const name of Object.keys(values)) {
    if (name !== 'json' && !Object.hasOwn(known.flags, name)) throw new UsageError(`${scenario} takes no --${name}`)
  }
  const numbers = Object.entries(known.flags).map(([name, flag]) => [name, readNumber(name, values[name], flag)] as const)
  return { type: 'run', scenario, json: values.json === true, numbers: Object.fromEntries(numbers) }
}

/** The text of `--list`, and what stands under a usage error. */
export function describeScenarios(scenarios: Scenarios): string {
  const lines = ['Usage: npm run simulate -- <scenario> [flags]', '']
  for (const [name, { about, flags }] of Object.entries(scenarios)) {
    lines.push(`  ${name.padEnd(16)}${about}`)
    for (const [flag, { about: what, standard }] of Object.entries(flags)) {
      lines.push(`    --${flag.padEnd(12)}${what} (default ${standard ?? 'drawn'})`)
    }
  }
  lines.push('', `  ${'--json'.padEnd(16)}one line of JSON on stdout; all else goes to stderr`, `  ${'--list'.padEnd(16)}this list`)
  return lines.join('\n')
}

function parse(args: readonly string[], scenarios: Scenarios): { values: { [flag: string]: unknown }; positionals: string[] } {
  const flags = Object.values(scenarios).flatMap((scenario) => Object.keys(scenario.flags))
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'string' } as const])),
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function readNumber(name: string, text: unknown, { standard, min, max, whole }: Flag): number | undefined {
  if (typeof text !== 'string') return standard
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number
  throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not '${text}'`)
}
