import { type ErrorCode, isErrorCode } from '../errors/savepoint-error.ts'
import { type Fields, readText } from './fields.ts'

/** Why something is refused: a code for programs, and words for people. */
export interface Reason {
  readonly code: ErrorCode
  readonly message: string
}

/** Server → client: why the server goes no further on this socket. It closes the socket next. */
export interface Refusal extends Reason {
  readonly type: 'refusal'
}

export function readRefusal(fields: Fields): Refusal {
  return { type: 'refusal', ...readReason(fields) }
}

/** A code that this client does not know counts as `unavailable`, so that it tries again later. */
export function readReason(fields: Fields): Reason {
  return { code: isErrorCode(fields.code) ? fields.code : 'unavailable', message: readText(fields, 'message') }
}
