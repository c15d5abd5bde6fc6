import { SavepointError } from '@savepoint/core'

/** The versions that a request names in its query: `since`, and of which epoch. */
export interface Since {
  readonly since?: number
  readonly epoch?: string
}

/** @throws SavepointError `bad-message` */
export function readSince(request: Request): Since {
  const { searchParams } = new URL(request.url)
  const since = searchParams.get('since')
  const epoch = searchParams.get('epoch')
  return { ...(since !== null && { since: readVersion(since) }), ...(epoch !== null && { epoch }) }
}

/** @throws SavepointError `bad-message` */
export function readVersion(text: string): number {
  const version = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version
  throw new SavepointError('bad-message', 'since must be a version: a whole number from 0. Nothing was read.')
}
