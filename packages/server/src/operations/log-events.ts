import { destination, pino } from 'pino'
import type { ServerEvent } from '../room/server-event.ts'
import { describeEvent, type EventLevel } from './describe-event.ts'

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** Least serious lines to be written: `silent` writes none, `debug` one for each batch. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What is needed of a logger: one of pino's has it. */
interface EventLogger {
  isLevelEnabled(level: string): boolean
  error(fields: object, message: string): void
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export interface LogOptions {
  /** A level, for JSON lines on stderr; or a pino logger of your own. Default: `warn`, or `silent` where there is an `onEvent`. */
  readonly log?: LogLevel | EventLogger
  /** Also write the messages of errors that the app has thrown. They may hold what it was given: arguments, tokens. */
  readonly logMessages?: boolean
}

const STDERR = 2

/** Writes events into a log. */
export function logEvents({ log = 'warn', logMessages = false }: LogOptions): (event: ServerEvent) => void {
  if (log === 'silent') return () => {}
  const logger: EventLogger = typeof log === 'string' ? pino({ level: log }, destination({ dest: STDERR, sync: true })) : log
  const options = { messages: logMessages, isWanted: (level: EventLevel) => logger.isLevelEnabled(level) }
  return (event) => {
    for (const { level, message, fields } of describeEvent(event, options)) logger[level](fields, message)
  }
}
