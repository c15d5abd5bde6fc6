import { SavepointError, TOKEN_LENGTH_MAX } from '@savepoint/core'
import type { Visitor } from '../room/visitor.ts'

/**
 * What is asked for: to `read` a room and follow it, to `push` mutations, to `create` a room that there is not yet, or to see
 * the server's own page (`admin`).
 */
export type RoomAction = 'read' | 'push' | 'create' | 'admin'

/**
 * Decides who may do what. What it returns becomes `tx.auth`; an `identity` in it names who it is, and binds the clientIDs
 * which that one uses first, an `expiresAt` (milliseconds since 1970) until when it holds. Null refuses. It is asked for each action by itself; `room` is `*` where all rooms are meant, as
 * for `admin`, which takes an `admin: true` in what is returned. A SavepointError that it throws is told to the client, such
 * as `unavailable` if it cannot tell; anything else that it throws refuses.
 */
export type Authorize = (request: Request, asked: { readonly room: string; readonly action: RoomAction }) => unknown

/** What is asked for in the place of a room where all of them are meant: the name of none. */
export const ALL_ROOMS = '*'

const IDENTITY_LENGTH_MAX = 256

/** A token with the name of its scheme. */
const AUTHORIZATION_LENGTH_MAX = 'Bearer '.length + TOKEN_LENGTH_MAX

/** Who decides, and by which clock. */
export interface Authority {
  /** Undefined if nobody is asked. */
  readonly authorize: Authorize | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Who was let in, and for how long. */
export interface Admission {
  readonly visitor: Visitor
  /** Milliseconds since 1970; undefined if it is for as long as a line lasts. */
  readonly expiresAt: number | undefined
}

const ANYBODY: Admission = { visitor: { identity: '', auth: undefined }, expiresAt: undefined }

/**
 * Lets one request in for one thing.
 *
 * @throws SavepointError `unauthorized`, `expired`, `bad-message` (the token is too long), `read-only` (who asks to push may only read) or `no-room` (who reaches for a
 * room may not create it); what `authorize` throws is no more than `unauthorized` to the client.
 */
export async function admitVisitor(authority: Authority, request: Request, room: string, action: RoomAction): Promise<Admission> {
  const admission = await ask(authority, request, room, action)
  if (admission !== null) return admission
  if (action === 'create') throw new SavepointError('no-room', NO_ROOM)
  if (action === 'push' && (await ask(authority, request, room, 'read')) !== null) throw new SavepointError('read-only', READ_ONLY)
  throw unauthorized()
}

/**
 * Lets a client's line in: it has to be allowed to read; whether it may push is asked at the same moment. It is good for as long
 * as both are.
 *
 * @throws SavepointError `unauthorized`, `expired` or `bad-message`
 */
export async function admitClient(authority: Authority, request: Request, room: string): Promise<Admission> {
  const reader = await admitVisitor(authority, request, room, 'read')
  const pusher = await ask(authority, request, room, 'push')
  const { identity } = reader.visitor
  // Not a copy by `...`, which would give each line's object a shape of its own, of more memory than it has itself.
  if (pusher === null) return { ...reader, visitor: { identity, auth: reader.visitor.auth, readOnly: true } }
  if (pusher.visitor.identity !== identity)
    throw unauthorized(new TypeError(`authorize: one request has the identity "${identity}" to read and another to push`))
  return { visitor: { identity, auth: pusher.visitor.auth, readOnly: false }, expiresAt: earlier(reader.expiresAt, pusher.expiresAt) }
}

/**
 * Null if the app says no. Without an `authorize` nobody is an admin, and none is where it does not call them one: a function
 * that looks at tokens and not at actions must not open that door to every user.
 */
async function ask({ authorize, now }: Authority, request: Request, room: string, action: RoomAction): Promise<Admission | null> {
  if (authorize === undefined) return action === 'admin' ? null : ANYBODY
  if ((request.headers.get('authorization')?.length ?? 0) > AUTHORIZATION_LENGTH_MAX)
    throw new SavepointError('bad-message', TOKEN_TOO_LONG)
  let auth: unknown
  try {
    auth = await authorize(request, { room, action })
  } catch (error) {
    throw error instanceof SavepointError ? error : unauthorized(error)
  }
  if (auth === null || auth === undefined || auth === false) return null
  const said: { identity?: unknown; expiresAt?: unknown; admin?: unknown } = typeof auth === 'object' ? auth : {}
  if (action === 'admin' && said.admin !== true) return null
  const { identity = '', expiresAt } = said
  if (typeof identity !== 'string' || identity.length > IDENTITY_LENGTH_MAX)
    throw unauthorized(new TypeError(`authorize: identity must be a text of at most ${IDENTITY_LENGTH_MAX} characters`))
  if (expiresAt !== undefined && !(typeof expiresAt === 'number' && expiresAt >= 0))
    throw unauthorized(new TypeError('authorize: expiresAt must be in milliseconds since 1970'))
  if (expiresAt !== undefined && expiresAt <= now()) throw new SavepointError('expired', EXPIRED)
  return { visitor: { identity, auth }, expiresAt }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function unauthorized(cause?: unknown): SavepointError {
  return new SavepointError(
    'unauthorized',
    'This client may not do that in this room. What is pending is kept; connect with other credentials.',
    { cause },
  )
}

const TOKEN_TOO_LONG = `The token has more than ${TOKEN_LENGTH_MAX} characters, the limit. Nothing was done; show a shorter one.`
const EXPIRED = 'What this client shows is good no more. What is pending is kept; connect again with a fresh token.'
const READ_ONLY = 'You may read this room, and not change it. What is pending is kept, and is sent when you may.'
const NO_ROOM = 'There is no such room, and this client may not create it. What is pending is kept; ask again when there is one.'
