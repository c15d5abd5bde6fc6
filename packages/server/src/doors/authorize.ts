import { SavepointError } from '@savepoint/core'
import type { Visitor } from '../room/visitor.ts'

/**
 * What is asked for: to `read` a room and follow it, to `push` mutations, to `create` a room that there is not yet, or to see
 * the server's own page (`admin`).
 */
export type RoomAction = 'read' | 'push' | 'create' | 'admin'

/**
 * Decides who may do what. What it returns becomes `tx.auth`; an `identity` in it names who it is, and binds the clientIDs
 * which that one uses first. Null refuses. It is asked for each action by itself; `room` is `*` where all rooms are meant, as
 * for `admin`, which takes an `admin: true` in what is returned. A SavepointError that it throws is told to the client, such
 * as `unavailable` if it cannot tell; anything else that it throws refuses.
 */
export type Authorize = (request: Request, asked: { readonly room: string; readonly action: RoomAction }) => unknown

/** What is asked for in the place of a room where all of them are meant: the name of none. */
export const ALL_ROOMS = '*'

const IDENTITY_LENGTH_MAX = 256

const NOBODY: Visitor = { identity: '', auth: undefined }

/**
 * Lets one request in for one thing.
 *
 * @throws SavepointError `unauthorized`, `read-only` (who asks to push may only read) or `no-room` (who reaches for a room may
 * not create it); what `authorize` throws is no more than `unauthorized` to the client.
 */
export async function admitVisitor(authorize: Authorize | undefined, request: Request, room: string, action: RoomAction): Promise<Visitor> {
  const visitor = await ask(authorize, request, room, action)
  if (visitor !== null) return visitor
  if (action === 'create') throw new SavepointError('no-room', NO_ROOM)
  if (action === 'push' && (await ask(authorize, request, room, 'read')) !== null) throw new SavepointError('read-only', READ_ONLY)
  throw unauthorized()
}

/**
 * Lets a client's line in: it has to be allowed to read; whether it may push is asked at the same moment.
 *
 * @throws SavepointError `unauthorized`
 */
export async function admitClient(authorize: Authorize | undefined, request: Request, room: string): Promise<Visitor> {
  const reader = await admitVisitor(authorize, request, room, 'read')
  const pusher = await ask(authorize, request, room, 'push')
  if (pusher === null) return { ...reader, readOnly: true }
  if (pusher.identity !== reader.identity)
    throw unauthorized(new TypeError(`authorize: one request has the identity "${reader.identity}" to read and another to push`))
  return { ...pusher, readOnly: false }
}

/**
 * Null if the app says no. Without an `authorize` nobody is an admin, and none is where it does not call them one: a function
 * that looks at tokens and not at actions must not open that door to every user.
 */
async function ask(authorize: Authorize | undefined, request: Request, room: string, action: RoomAction): Promise<Visitor | null> {
  if (authorize === undefined) return action === 'admin' ? null : NOBODY
  let auth: unknown
  try {
    auth = await authorize(request, { room, action })
  } catch (error) {
    throw error instanceof SavepointError ? error : unauthorized(error)
  }
  if (auth === null || auth === undefined || auth === false) return null
  if (action === 'admin' && (auth as { admin?: unknown }).admin !== true) return null
  const identity = typeof auth === 'object' ? ((auth as { identity?: unknown }).identity ?? '') : ''
  if (typeof identity !== 'string' || identity.length > IDENTITY_LENGTH_MAX)
    throw unauthorized(new TypeError(`authorize: identity must be a text of at most ${IDENTITY_LENGTH_MAX} characters`))
  return { identity, auth }
}

function unauthorized(cause?: unknown): SavepointError {
  return new SavepointError(
    'unauthorized',
    'This client may not do that in this room. What is pending is kept; connect with other credentials.',
    { cause },
  )
}

const READ_ONLY = 'You may read this room, and not change it. What is pending is kept, and is sent when you may.'
const NO_ROOM = 'There is no such room, and this client may not create it. What is pending is kept; ask again when there is one.'
