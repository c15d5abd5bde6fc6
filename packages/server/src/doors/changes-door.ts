import { SavepointError } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'
import { EPOCH, ERROR, SINCE, SNAPSHOT_NEEDED } from './descriptions.ts'
import type { Door } from './door.ts'
import type { Entrance } from './entrance.ts'
import { onlySnapshotLeads } from './only-snapshot-leads.ts'
import { readSince } from './read-since.ts'

/** Characters of an answer that are turned into bytes at a time. */
const PIECE_LENGTH = 64 * 1024

/** `GET /rooms/:room/changes?since=V[&epoch=E]`: the net changes after a version, or 410 if only a snapshot leads to it. */
export function changesDoor(rooms: RoomHost, entrance: Entrance): Door {
  async function answer(request: Request, room: string): Promise<Response> {
    const { since, epoch } = readSince(request)
    if (since === undefined)
      throw new SavepointError('bad-message', 'since is missing: the version after which changes are asked for. Nothing was read.')
    await entrance.read(request, room)
    const found = await rooms.changes(room, since, epoch)
    if (found === null) return onlySnapshotLeads()
    const { position, patch } = found
    const head = `{"epoch":${JSON.stringify(position.epoch)},"from":${since},"to":${position.version},"digest":"${position.digest}","patch":`
    return new Response(streamOf([head, patch, '}']), { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })
  }

  return { method: 'get', path: '/changes', operation: OPERATION, answer }
}

const OPERATION = {
  operationId: 'getChanges',
  summary: 'The net changes since a version',
  description: 'Merged by row: what was changed and changed back is not in it.',
  parameters: [{ ...SINCE, required: true }, EPOCH],
  responses: {
    200: { description: 'The changes.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Changes' } } } },
    410: SNAPSHOT_NEEDED,
    default: ERROR,
  },
}

/** Encoded as it is read, so that a long answer to a slow reader is not in memory twice. */
function streamOf(texts: readonly string[]): ReadableStream<Uint8Array> {
  let [text, at] = [0, 0]
  const pieces = new ReadableStream<string>({
    pull(controller) {
      const whole = texts[text]
      if (whole === undefined) return controller.close()
      controller.enqueue(whole.slice(at, at + PIECE_LENGTH))
      at += PIECE_LENGTH
      if (at >= whole.length) [text, at] = [text + 1, 0]
    },
  })
  return pieces.pipeThrough(new TextEncoderStream())
}
