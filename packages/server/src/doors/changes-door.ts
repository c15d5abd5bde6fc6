import { SavepointError } from '@savepoint/core'
import type { RoomHost } from '../rooms/room-host.ts'

/** `GET /rooms/:room/changes?since=V[&epoch=E]`: the net changes after a version, or 410 if only a snapshot leads to it. */
export async function answerChanges(rooms: RoomHost, room: string, request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const text = searchParams.get('since') ?? ''
  const since = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(since)) {
    throw new SavepointError('bad-message', 'since must be a version: a whole number from 0. Nothing was read.')
  }
  const found = await rooms.changes(room, since, searchParams.get('epoch') ?? undefined)
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (found === null) {
    const message = 'The changes since then are not kept, or a snapshot is shorter. Fetch a snapshot and go on from its version.'
    return new Response(JSON.stringify({ code: 'snapshot', message }), { status: 410, headers })
  }
  const { position, patch } = found
  const { version, digest } = position
  return new Response(`{"epoch":${JSON.stringify(position.epoch)},"from":${since},"to":${version},"digest":"${digest}","patch":${patch}}`, {
    headers,
  })
}
