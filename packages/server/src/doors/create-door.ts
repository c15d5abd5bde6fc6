import { SavepointError, type SchemaID } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'
import { ERROR } from './descriptions.ts'
import type { Door } from './door.ts'
import type { Entrance } from './entrance.ts'

/** Bytes of a request: it names a schema, and holds none. */
const BODY_BYTES_MAX = 16 * 1024

/** `PUT /rooms/:room`: makes the room, if there is none. Who names a schema is told if the room has another. */
export function createDoor(rooms: RoomHost, entrance: Entrance): Door {
  async function answer(request: Request, room: string): Promise<Response> {
    const given = readSchema(await request.text())
    await entrance.create(request, room)
    const { position, schema, isNew } = await rooms.create(room, given)
    const { epoch, version } = position
    return Response.json({ room, epoch, version, schema }, { status: isNew ? 201 : 200 })
  }

  return { method: 'put', path: '', operation: OPERATION, bodyBytesMax: BODY_BYTES_MAX, answer }
}

const ANSWER = { 'application/json': { schema: { $ref: '#/components/schemas/Room' } } }

const OPERATION = {
  operationId: 'createRoom',
  summary: 'Makes a room, if there is none',
  description: 'With a `schema`, a room or a server that has another one refuses as `schema-mismatch`, and nothing is made or changed.',
  requestBody: {
    content: { 'application/json': { schema: { type: 'object', properties: { schema: { $ref: '#/components/schemas/SchemaID' } } } } },
  },
  responses: {
    200: { description: 'The room was there already.', content: ANSWER },
    201: { description: 'The room was made.', content: ANSWER },
    default: ERROR,
  },
}

/** @throws SavepointError `bad-message` */
function readSchema(text: string): SchemaID | undefined {
  if (text === '') return undefined
  let body: { readonly schema?: Partial<SchemaID> } | null
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw malformed(cause)
  }
  if (typeof body !== 'object' || body === null) throw malformed()
  const { schema } = body
  if (schema === undefined) return undefined
  const { name, version, hash } = schema ?? {}
  if (typeof name !== 'string' || typeof version !== 'number' || typeof hash !== 'string') throw malformed()
  return { name, version, hash }
}

function malformed(cause?: unknown): SavepointError {
  const message = 'The request was refused, and no room was made: its body must be empty, or JSON with a schema of name, version and hash.'
  return new SavepointError('bad-message', message, { cause })
}
