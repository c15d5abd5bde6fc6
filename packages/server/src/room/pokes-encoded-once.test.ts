import { expect, test } from 'vitest'
import { frameEncoder } from '../node/frame-encoder.ts'
import { Line } from '../testing/line.ts'
import { openTestRoom } from '../testing/open-room.ts'
import { TestClient } from '../testing/test-client.ts'
import type { RoomSocket } from './room-socket.ts'

test('the poke of a batch is turned into bytes once for all who get the same, wherever those with outcomes of their own sit', async () => {
  const { room } = await openTestRoom()
  const encode = frameEncoder()
  const times = new Map<Buffer, number>()
  let isCounting = false
  const meddle = (socket: RoomSocket): RoomSocket => ({
    ...socket,
    send(frame, follows) {
      if (isCounting) times.set(encode(frame), (times.get(encode(frame)) ?? 0) + 1)
      socket.send(frame, follows)
    },
  })
  const host = { connect: async (_: string, ...[socket, visitor]: Parameters<typeof room.connect>) => room.connect(socket, visitor) }
  const clients: TestClient[] = []
  for (let i = 0; i < 12; i++) {
    const line = await Line.intoHost(host, room.name, { meddle })
    clients.push(await TestClient.fresh(line, room.position.epoch, `client-${i}`))
  }
  await clients[0]?.call('addItem', { title: 'tea' })
  isCounting = true
  // Two of three push, so that two in a row have outcomes of their own and a third has none.
  const pushers = clients.filter((_, i) => i % 3 > 0)
  for (const pusher of pushers) pusher.push(pusher.mutation('restock', { title: 'tea', by: 1 }))
  for (const pusher of pushers) await pusher.outcome(pusher.issued)
  expect([...times.values()].sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 4])
})
