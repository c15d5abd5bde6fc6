import { type ErrorCode, isErrorCode } from '../errors/savepoint-error.ts'
import { type Fields, readCount, readText } from './fields.ts'

/** Why something is refused: a code for programs, and words for people. */
export interface Reason {
  readonly code: ErrorCode
  readonly message: string
}

/** Server → client: why the server goes no further on this socket. It closes the socket next. */
export interface Refusal extends Reason {
  readonly type: 'refusal'
  /** The client is not to come back sooner. */
  readonly retryAfterMs?: number | undefined
}

export function readRefusal(fields: Fields): Refusal {
  const reason = readReason(fields)
  if (fields.retryAfterMs === undefined) return { type: 'refusal', ...reason }
  return { type: 'refusal', ...reason, retryAfterMs: readCount(fields, 'retryAfterMs') }
}

/** A code that this client does not know counts as `unavailable`, so that it tries again later. */
export function readReason(fields: Fields): Reason {
  return { code: isErrorCode(fields.code) ? fields.code : 'unavailable', message: readText(fields, 'message') }
}
