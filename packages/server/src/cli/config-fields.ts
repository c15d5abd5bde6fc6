import { LIMITS, TIMER_MS_MAX } from '../limits.ts'
import { LOG_LEVELS } from '../operations/log-events.ts'

/** A field of the file of configuration. */
interface ConfigField {
  readonly required: boolean
  /** What it takes, to follow "is" or "is not". */
  readonly is: string
  /** Variables of the environment that say it in the file's place; the first that is set counts. */
  readonly variables: readonly string[]
  readonly accepts: (value: unknown) => boolean
  /** What a variable's text stands for. */
  readonly fromText: (text: string) => unknown
}

/** All that can be configured. A name with a dot is a field of an object. */
export const CONFIG_FIELDS = {
  app: { ...text('the path of the module that exports the app', 'SAVEPOINT_APP'), required: true },
  directory: { ...text('the path of the directory for the rooms’ files', 'SAVEPOINT_DIRECTORY'), required: true },
  port: whole('a port, a whole number from 0 to 65535', 0, 65_535, 'SAVEPOINT_PORT', 'PORT'),
  hostname: text('the name or address of the interface to listen on', 'SAVEPOINT_HOSTNAME'),
  origins: {
    required: false,
    is: 'a list of origins like "https://app.example", without a path, or "*" for all',
    variables: ['SAVEPOINT_ORIGINS'],
    accepts: (value) => value === '*' || (Array.isArray(value) && value.every(isOrigin)),
    fromText: (list) => (list.trim() === '*' ? '*' : list.split(',').map((one) => one.trim())),
  },
  'retention.versions': whole('a whole number of versions, at least 1', 1, Number.MAX_SAFE_INTEGER, 'SAVEPOINT_RETENTION_VERSIONS'),
  log: {
    required: false,
    is: `one of ${LOG_LEVELS.join(', ')}`,
    variables: ['SAVEPOINT_LOG'],
    accepts: (value) => (LOG_LEVELS as readonly unknown[]).includes(value),
    fromText: (level) => level,
  },
  'metrics.port': whole('a port, a whole number from 1 to 65535', 1, 65_535, 'SAVEPOINT_METRICS_PORT'),
  'metrics.hostname': text('the name or address of the interface that figures are read on', 'SAVEPOINT_METRICS_HOSTNAME'),
  threads: whole('a whole number of threads, at least 1', 1, Number.MAX_SAFE_INTEGER, 'SAVEPOINT_THREADS'),
  threadHeapMbMax: whole('a whole number of megabytes, at least 1', 1, Number.MAX_SAFE_INTEGER, 'SAVEPOINT_THREAD_HEAP_MB_MAX'),
  mutatorMsMax: whole('a whole number of milliseconds, at least 1', 1, TIMER_MS_MAX, 'SAVEPOINT_MUTATOR_MS_MAX'),
  shutdownMs: whole('a whole number of milliseconds, from 0', 0, TIMER_MS_MAX, 'SAVEPOINT_SHUTDOWN_MS'),
  directoryWaitMs: whole('a whole number of milliseconds, from 0', 0, TIMER_MS_MAX, 'SAVEPOINT_DIRECTORY_WAIT_MS'),
  ...limitFields(),
} as const satisfies { readonly [name: string]: ConfigField }

export type FieldName = keyof typeof CONFIG_FIELDS

type LimitName = keyof typeof LIMITS

/** One for each limit, whose variable is its name in capitals. */
function limitFields(): { readonly [N in LimitName as `limits.${N}`]: ConfigField } {
  const fields = Object.entries(LIMITS).map(([name, limit]: [string, { min: number; max?: number; unit: string }]) => {
    const { min, max = Number.MAX_SAFE_INTEGER, unit } = limit
    const is = `a whole number of ${unit} from ${min}${limit.max === undefined ? '' : ` to ${max}`}`
    const variable = `SAVEPOINT_LIMITS_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
    return [`limits.${name}`, whole(is, min, max, variable)]
  })
  return Object.fromEntries(fields)
}

function text(is: string, ...variables: string[]): ConfigField {
  return { required: false, is, variables, accepts: (value) => typeof value === 'string' && value !== '', fromText: (own) => own }
}

function whole(is: string, min: number, max: number, ...variables: string[]): ConfigField {
  return {
    required: false,
    is,
    variables,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    // What is no number is shown as it was written.
    fromText: (own) => (/^\d+$/.test(own) ? Number(own) : own),
  }
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}
