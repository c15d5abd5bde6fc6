import { expect, test } from 'vitest'
import { openRooms } from '../testing/open-rooms.ts'
import { join, start } from '../testing/start.ts'
import { DoorLine } from './door-line.ts'

test('a room that ends the line while the door looks at it is heard', async () => {
  const { rooms } = openRooms()
  const line = new DoorLine({ clientID: 'door', confirmed: 0 }, { poked() {}, ended() {}, bufferedBytes: 0 })
  const opening = line.open(
    (socket) => rooms.connect('shop', socket, { identity: '', auth: undefined }),
    async () => {
      const standing = await rooms.create('shop')
      await rooms.close()
      return standing
    },
  )
  await expect(opening).rejects.toMatchObject({ code: 'going-away' })
})

test('[G10] a room that is full refuses whoever only looks on in the same words', async () => {
  const server = await start({ limits: { clientsPerRoom: 1 } })
  await join(server)
  const response = await fetch(`${server.url}/rooms/shop/events`)
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'overloaded' }])
})
