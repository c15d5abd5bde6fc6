import { SavepointError } from '@savepoint/core'
import type { ClonedError } from './thread-message.ts'

/** What can be told of an error to another thread. */
export function cloneError(error: unknown): ClonedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined
  return {
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...(code !== undefined && { code }),
    ...(error instanceof SavepointError && { ours: error.code }),
  }
}

/** An error that another thread has told of. */
export function errorOf({ name, message, stack, code, ours }: ClonedError): Error {
  const error = ours === undefined ? new Error(message) : new SavepointError(ours, message)
  if (ours === undefined) Object.defineProperty(error, 'name', { value: name, configurable: true })
  if (ours === undefined && code !== undefined) Object.assign(error, { code })
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, configurable: true })
  return error
}
