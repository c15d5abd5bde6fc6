import { type Fields, readText } from './fields.ts'

/** Characters of a token. Those that are signed and carry claims have a few thousand. */
export const TOKEN_LENGTH_MAX = 16 * 1024

/**
 * Client → server, first on a socket, before hello: what proves who this is. A browser's WebSocket sends no headers of one's
 * choosing, and what stands in an address ends up in logs. Who has nothing to show, or a cookie, leaves it out.
 */
export interface Authorize {
  readonly type: 'authorize'
  readonly token: string
}

/** @throws SavepointError `bad-message` */
export function readAuthorize(fields: Fields): Authorize {
  return { type: 'authorize', token: readText(fields, 'token', TOKEN_LENGTH_MAX) }
}
