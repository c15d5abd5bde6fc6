import { expect, test } from 'vitest'
import type { RoomHost } from '../rooms/room-host.ts'
import { openRooms } from '../testing/open-rooms.ts'
import type { FromThread } from './thread-message.ts'
import { ThreadService } from './thread-service.ts'

test('a line that the room ends as it comes in is let go of', async () => {
  const { rooms } = openRooms(undefined, undefined, { roomLimits: { clients: 0, pendingPerClient: 1 } })
  const said: FromThread[] = []
  let received = 0
  const host: Pick<RoomHost, 'connect'> = {
    async connect(room, socket, visitor) {
      const connection = await rooms.connect(room, socket, visitor)
      return { receive: () => received++, closed: () => connection.closed() }
    },
  }
  const service = new ThreadService(
    () => host as RoomHost,
    (batch) => said.push(...batch.said),
    () => {},
  )
  const visitor = { identity: '', auth: undefined }
  service.receive([{ type: 'ask', call: 1, question: { ask: 'connect', parameters: ['shop', 7, visitor] } }])
  while (!said.some(({ type }) => type === 'answer')) await new Promise((resolve) => setImmediate(resolve))
  expect(said).toContainEqual({ type: 'close', line: 7, reason: 'overloaded' })
  service.receive([{ type: 'frame', line: 7, frame: '{}' }])
  expect(received).toBe(0)
})
