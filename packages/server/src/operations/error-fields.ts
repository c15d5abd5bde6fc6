import { SavepointError } from '@savepoint/core'

/** What is told of an error. */
export interface ErrorFields {
  readonly type: string
  readonly code?: string | number
  readonly message?: string
  /** Where it was thrown, without its message. */
  readonly stack?: string
  readonly cause?: ErrorFields
}

/** An error as it goes into a log. The message of one that is not the engine's, SQLite's or the system's may hold anything: a token, say. */
export function errorFields(error: unknown, messages: boolean): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, ...(messages && { message: String(error) }) }
  const { name, message, stack, cause } = error
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined
  const frames = stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
  return {
    type: name,
    ...(code !== undefined && { code }),
    ...((messages || isOurs(error, code)) && { message }),
    ...(frames && { stack: frames }),
    ...(cause !== undefined && { cause: errorFields(cause, messages) }),
  }
}

/** By name and code: what another thread has told of is a copy. */
function isOurs(error: Error, code: string | number | undefined): boolean {
  if (error instanceof SavepointError || error.name === 'SqliteError' || error.name === 'StorageFailure') return true
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)
}
