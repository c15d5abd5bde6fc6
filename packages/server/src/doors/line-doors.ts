import { CLIENT_FRAME_LENGTH_MAX } from '@savepoint/core'
import { ERROR, EVENTS } from './descriptions.ts'
import type { Door } from './door.ts'
import type { HttpLines } from './http-lines.ts'

/** Bytes of one post: a frame of the longest, as UTF-8. Clients put as many into one as fit a frame's characters. */
const POST_BYTES_MAX = 3 * CLIENT_FRAME_LENGTH_MAX

/** `GET /rooms/:room/line`: what a client has in place of a WebSocket, one way. */
export function openLineDoor(lines: HttpLines): Door {
  return {
    method: 'get',
    path: '/line',
    operation: {
      operationId: 'openLine',
      summary: 'A line as a client has it, without a WebSocket: what the server says',
      description:
        'The first event is `line`, with `{"line"}`, which names it. Each of the others is one frame of the protocol. The client’s frames come by POST. The line ends with this answer, and if nothing is posted for a minute.',
      responses: { 200: EVENTS, default: ERROR },
    },
    answer: (request, room, address) => lines.open(request, room, address),
  }
}

/** `POST /rooms/:room/line`: the other way. */
export function postLineDoor(lines: HttpLines): Door {
  return {
    method: 'post',
    path: '/line',
    operation: {
      operationId: 'postLine',
      summary: 'What a client says on its line',
      description:
        'Frames of the protocol, one a line of text. Answered when they were handed to the room, and before they have an effect.',
      parameters: [
        {
          name: 'savepoint-line',
          in: 'header',
          required: true,
          description: 'The line’s name, from its first event.',
          schema: { type: 'string' },
        },
        {
          name: 'savepoint-post',
          in: 'header',
          required: true,
          description: 'Counts the line’s posts. One that comes twice counts once.',
          schema: { type: 'integer', minimum: 1 },
        },
      ],
      requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
      responses: { 204: { description: 'The frames were handed to the room.' }, default: ERROR },
    },
    bodyBytesMax: POST_BYTES_MAX,
    async answer(request, room) {
      const body = await request.text()
      const { headers } = request
      await lines.post(headers.get('savepoint-line') ?? '', room, Number(headers.get('savepoint-post') ?? Number.NaN), body)
      return new Response(null, { status: 204 })
    },
  }
}
