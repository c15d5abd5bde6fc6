import { SavepointError } from '@savepoint/core'
import type { Visitor } from '../room/visitor.ts'

/** What a client asks to do: keep in sync over a socket, or read a snapshot or changes. */
export type RoomAction = 'sync' | 'read'

/**
 * Decides who may do what. What it returns becomes `tx.auth`; an `identity` in it names who it is, and binds the clientIDs
 * which that one uses first. Null refuses. For a socket, the request is the one that asks for the upgrade.
 */
export type Authorize = (request: Request, asked: { readonly room: string; readonly action: RoomAction }) => unknown

const IDENTITY_LENGTH_MAX = 256

/** @throws SavepointError `unauthorized`; what `authorize` throws is no more than that to the client. */
export async function admitVisitor(authorize: Authorize | undefined, request: Request, room: string, action: RoomAction): Promise<Visitor> {
  if (authorize === undefined) return { identity: '', auth: undefined }
  let auth: unknown
  let cause: unknown
  try {
    auth = await authorize(request, { room, action })
  } catch (error) {
    cause = error
  }
  if (auth === null || auth === undefined || auth === false) throw unauthorized(cause)
  const identity = typeof auth === 'object' ? ((auth as { identity?: unknown }).identity ?? '') : ''
  if (typeof identity !== 'string' || identity.length > IDENTITY_LENGTH_MAX)
    throw unauthorized(new TypeError('authorize: identity must be a text of at most 256 characters'))
  return { identity, auth }
}

function unauthorized(cause: unknown): SavepointError {
  return new SavepointError(
    'unauthorized',
    'This client may not do that in this room. What is pending is kept; connect with other credentials.',
    { cause },
  )
}
