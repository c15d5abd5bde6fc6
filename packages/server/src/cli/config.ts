import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Origins } from '../doors/check-origin.ts'
import type { Limits } from '../limits.ts'
import type { LogLevel } from '../operations/log-events.ts'
import type { Retention } from '../retention.ts'
import { CONFIG_FIELDS, type FieldName } from './config-fields.ts'
import { nearest } from './nearest.ts'
import { UsageError } from './usage-error.ts'

/** What `savepoint-server` is told by its file of configuration and its environment. Paths are absolute. */
export interface ServerConfig {
  /** The module that exports the app. */
  readonly app: string
  readonly directory: string
  readonly port?: number
  readonly hostname?: string
  readonly origins?: Origins
  readonly retention?: Partial<Retention>
  readonly log?: LogLevel
  /** Where figures are read without a question; else they are for admins. */
  readonly metrics?: { readonly port?: number; readonly hostname?: string }
  readonly threads?: number
  readonly threadHeapMbMax?: number
  readonly mutatorMsMax?: number
  readonly limits?: Partial<Limits>
  /** How long a server that is told to stop may take to answer what was pushed. */
  readonly shutdownMs: number
  /** How long a server that starts waits for another to leave the directory. */
  readonly directoryWaitMs: number
}

type Values = { [N in FieldName]?: unknown }

/**
 * Reads a file of configuration, and what the environment says in its place.
 *
 * @throws UsageError with all that is wrong
 */
export function readConfig(file: string, env: { readonly [name: string]: string | undefined }): ServerConfig {
  const problems: string[] = []
  const values = { ...fromFile(parse(file), problems), ...fromEnvironment(env, problems) }
  for (const [name, { required }] of fields())
    if (required && values[name] === undefined && !problems.some((problem) => problem.startsWith(`${name}:`)))
      problems.push(`${name}: it is missing; it is ${CONFIG_FIELDS[name].is}`)
  if (problems.length > 0)
    throw new UsageError(`The configuration (${file}) cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  return asConfig(values, dirname(resolve(file)))
}

function parse(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ENOENT' ? `There is no file ${file}; --config names the file of configuration` : `${file} cannot be read: ${code}`,
    )
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`)
  }
}

function fromFile(config: unknown, problems: string[]): Values {
  const values: Values = {}
  if (!isObject(config)) {
    problems.push(`It is ${shown(config)}, and an object is wanted`)
    return values
  }
  for (const [name, value] of Object.entries(flattened(config))) {
    if (!isField(name)) problems.push(unknownField(name))
    else set(values, name, name, value, problems)
  }
  return values
}

/** What belongs together is an object in the file; fields are told apart by their whole names. */
function flattened(config: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  const flat: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(config)) {
    const isGroup = fields().some(([field]) => field.startsWith(`${name}.`))
    if (isGroup && isObject(value)) for (const [inner, own] of Object.entries(value)) flat[`${name}.${inner}`] = own
    else flat[name] = value
  }
  return flat
}

function unknownField(name: string): string {
  const names = fields().map(([field]) => field)
  const group = names.filter((field) => field.startsWith(`${name}.`))
  if (group.length > 0) return `${name}: it is an object of ${group.map((field) => field.slice(name.length + 1)).join(', ')}`
  const near = names.find((field) => field.endsWith(`.${name}`)) ?? nearest(name, names)
  return `${name}: there is no such field; ${near ? `did you mean "${near}"?` : `there are ${names.join(', ')}`}`
}

function fromEnvironment(env: { readonly [name: string]: string | undefined }, problems: string[]): Values {
  const values: Values = {}
  for (const [name, { variables, fromText }] of fields()) {
    const variable = variables.find((one) => env[one] !== undefined && env[one] !== '')
    if (variable !== undefined) set(values, name, variable, fromText(env[variable] as string), problems)
  }
  return values
}

function set(values: Values, name: FieldName, shownAs: string, value: unknown, problems: string[]): void {
  const field = CONFIG_FIELDS[name]
  if (field.accepts(value)) values[name] = value
  else problems.push(`${shownAs}: ${shown(value)} is not ${field.is}`)
}

/** A misspelt value is shown, but not a page of it. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function asConfig(values: Values, directory: string): ServerConfig {
  const config = { shutdownMs: SHUTDOWN_MS_DEFAULT, directoryWaitMs: DIRECTORY_WAIT_MS_DEFAULT, ...grouped(values) } as ServerConfig
  return { ...config, app: resolve(directory, config.app), directory: resolve(directory, config.directory) }
}

/** As {@link flattened}, the other way round. */
function grouped(values: Values): { [name: string]: unknown } {
  const config: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(values)) {
    const [group = '', field] = name.split('.')
    config[group] = field === undefined ? value : { ...(config[group] as object | undefined), [field]: value }
  }
  return config
}

/** Under the 10 s after which `docker stop` kills; draining takes milliseconds, unless mutators are slow. */
const SHUTDOWN_MS_DEFAULT = 8_000

/** Longer than another server may take to shut down. */
const DIRECTORY_WAIT_MS_DEFAULT = 30_000

function fields(): [FieldName, (typeof CONFIG_FIELDS)[FieldName]][] {
  return Object.entries(CONFIG_FIELDS) as [FieldName, (typeof CONFIG_FIELDS)[FieldName]][]
}

function isField(name: string): name is FieldName {
  return Object.hasOwn(CONFIG_FIELDS, name)
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
