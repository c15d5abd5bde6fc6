import { type Refusal, SavepointError } from '@savepoint/core'
import type { ServerEvent } from '../room/server-event.ts'

/** What a client is told of an error: no more of ours than that it was. The rest is for the server's log. */
export function refusalOf(error: unknown, onEvent: (event: ServerEvent) => void): Omit<Refusal, 'type'> {
  const isOurs = !(error instanceof SavepointError) || (error.code === 'unauthorized' && error.cause !== undefined)
  if (isOurs) onEvent({ event: 'request-failed', error })
  const told = error instanceof SavepointError ? error : FAILED
  onEvent({ event: 'refused', code: told.code })
  return told
}

const FAILED = {
  code: 'unavailable',
  message: 'The server failed. Nothing was acknowledged, and what is pending is kept; try again in a while.',
} as const
