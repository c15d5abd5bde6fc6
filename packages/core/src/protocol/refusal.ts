import { type ErrorCode, isErrorCode } from '../errors/savepoint-error.ts'
import { type Fields, readText } from './fields.ts'

/** Server → client: why the server goes no further on this socket. It closes the socket next. */
export interface Refusal {
  readonly type: 'refusal'
  readonly code: ErrorCode
  readonly message: string
}

/** A code that this client does not know counts as `unavailable`, so that it tries again later. */
export function readRefusal(fields: Fields): Refusal {
  return { type: 'refusal', code: isErrorCode(fields.code) ? fields.code : 'unavailable', message: readText(fields, 'message') }
}
