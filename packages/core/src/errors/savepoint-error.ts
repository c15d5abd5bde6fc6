/**
 * Every way in which client and server can refuse to go on, and what the client does about it. Nothing pending is
 * lost by any of them.
 * - `retry`: tries again by itself, with backoff.
 * - `stop`: stops until the app acts; what is pending is kept.
 * - `renew`: asks the app for a fresh token and tries again at once; refused once more, it stops.
 * - `ask-again`: as `stop`, but asks the server again within a minute: a deployment of it may mend this.
 * - `recover`: the client mends itself (new ID, or a fresh snapshot) and goes on.
 */
export const ERROR_CODES = {
  /** The two sides speak different protocol versions: update the older one. */
  'protocol-version': 'ask-again',
  /** The client's schema is not the room's: deploy both sides from one schema. */
  'schema-mismatch': 'ask-again',
  /** `authorize` refused: give the client fresh credentials. */
  unauthorized: 'stop',
  /** What the client showed has been good, and is not any more: it asks the app for a fresh token. */
  expired: 'renew',
  /** The client may read the room, and not change it. What it has pending waits until it may. */
  'read-only': 'retry',
  /** There is no such room, and `authorize` does not let this client create it. */
  'no-room': 'ask-again',
  /** The room's name has a shape that is not allowed. */
  'bad-room': 'stop',
  /** A frame that is not a message of this protocol. */
  'bad-message': 'stop',
  /** A frame over the receiver's limit. */
  'frame-too-large': 'stop',
  /** Another live replica goes under this clientID: a copied profile or a restored disk. */
  'client-forked': 'recover',
  /** The pushed mutationIDs do not follow on from what the server has processed. */
  'mutation-gap': 'recover',
  /** The client's base is not the room's content at that version. */
  diverged: 'recover',
  /** The room cannot write now (disk full, failed write, lost lease): nothing was acknowledged. */
  unavailable: 'retry',
  /** Too much is queued, or too many are connected. */
  overloaded: 'retry',
  /** A line over HTTP that has ended, or never was: open another. */
  'no-line': 'retry',
  /** The server is shutting down. */
  'going-away': 'retry',
} as const satisfies { [code: string]: 'retry' | 'stop' | 'renew' | 'ask-again' | 'recover' }

export type ErrorCode = keyof typeof ERROR_CODES

/** True if `code` is one of {@link ERROR_CODES}. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}

/** An operating error: something outside the code went wrong, and the message says what was kept and what to do. */
export class SavepointError extends Error {
  override readonly name = 'SavepointError'
  readonly code: ErrorCode
  /** When it may be tried again, if that is known. */
  readonly retryAfterMs: number | undefined
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options?.retryAfterMs
  }
}
