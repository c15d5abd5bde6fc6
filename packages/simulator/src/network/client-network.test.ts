import type { RoomConnection, RoomSocket } from '@savepoint/server'
import { beforeEach, describe, expect, test } from 'vitest'
import { NodeClock } from '../time/node-clock.ts'
import { Process } from '../time/process.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import { ClientNetwork } from './client-network.ts'
import { Link } from './link.ts'
import { simulatedWeb } from './simulated-web.ts'

const PING = '{"type":"ping","confirmed":0}'
const PONG = '{"type":"pong"}'

let time: VirtualTime
let client: Process
let server: { process: Process | null; heard: string[]; sockets: RoomSocket[]; closed: number[] }
let network: ClientNetwork
let told: string[]

beforeEach(() => {
  time = new VirtualTime()
  client = new Process(time, new NodeClock(time))
  server = { process: new Process(time, new NodeClock(time)), heard: [], sockets: [], closed: [] }
  told = []
  let messages = 0
  network = new ClientNetwork({
    time,
    endpoint: {
      get process() {
        return server.process
      },
      accept(_request, room, socket): RoomConnection {
        server.sockets.push(socket)
        return {
          receive: (frame) => void server.heard.push(`${time.now} ${room} ${frame}`),
          closed: () => void server.closed.push(time.now),
        }
      },
      answer: async (request) => new Response(`answer to ${new URL(request.url).pathname}`, { status: 203 }),
    },
    watch: {
      sent: () => ++messages,
      received() {},
      lost: (_, message, why) => told.push(`${time.now} message ${message} lost: ${why}`),
      stalled: (how) => told.push(`${time.now} stalled: ${how}`),
    },
    links: (connection) => ({
      up: new Link({ latency: 10 }, { seed: 's', client: 'c', direction: 'up', connection }),
      down: new Link({ latency: 20 }, { seed: 's', client: 'c', direction: 'down', connection }),
    }),
  })
})

function dial() {
  const { webSocket: WebSocket } = simulatedWeb(network, client)
  const socket = new WebSocket('ws://server/rooms/my%20room/socket')
  socket.onopen = () => told.push(`${time.now} opened`)
  socket.onmessage = ({ data }) => told.push(`${time.now} got ${data}`)
  socket.onclose = () => told.push(`${time.now} closed`)
  return socket
}

async function pass(until: number): Promise<void> {
  while (time.next !== undefined && time.next <= until) await time.turn()
  time.now = until
}

test('frames take their time, each way', async () => {
  const socket = dial()
  await pass(30)
  expect(told).toEqual(['30 opened'])
  socket.send(PING)
  await pass(40)
  expect(server.heard).toEqual([`40 my room ${PING}`])
  server.sockets[0]?.send(PONG)
  await pass(60)
  expect(told.at(-1)).toBe(`60 got ${PONG}`)
})

test('a request is answered after a round trip', async () => {
  const { fetch } = simulatedWeb(network, client)
  const answered = fetch('http://server/rooms/a/snapshot')
  await pass(30)
  const response = await answered
  expect([time.now, response.status, await response.text()]).toEqual([30, 203, 'answer to /rooms/a/snapshot'])
})

test('a request on a line that is cut fails, and one that is aborted is given up', async () => {
  const { fetch } = simulatedWeb(network, client)
  const [first, abort] = [fetch('http://server/a'), new AbortController()]
  const second = fetch('http://server/b', { signal: abort.signal })
  abort.abort(new Error('no longer wanted'))
  network.cut()
  await expect(first).rejects.toThrow('closed before the answer')
  await expect(second).rejects.toThrow('no longer wanted')
})

describe('requests that stall', () => {
  test('are never answered, those under way among them, while sockets live', async () => {
    const { fetch } = simulatedWeb(network, client)
    const socket = dial()
    await pass(30)
    let answered = 0
    const abort = new AbortController()
    const ask = () =>
      fetch('http://server/a', { signal: abort.signal }).then(
        () => answered++,
        (error: Error) => told.push(error.message),
      )
    const before = ask()
    const end = network.stallRequests({ midway: false })
    const meanwhile = ask()
    socket.send(PING)
    await pass(1000)
    end()
    await pass(100_000)
    expect([answered, server.heard.length]).toEqual([0, 1])
    expect(told.filter((line) => line.includes('stalled'))).toHaveLength(2)
    abort.abort(new Error('given up'))
    await Promise.all([before, meanwhile])
    expect(told.filter((line) => line === 'given up')).toHaveLength(2)
    const after = fetch('http://server/a')
    await pass(100_040)
    expect((await after).status).toBe(203)
  })

  test('midway give half of their answer, until they are aborted', async () => {
    const { fetch } = simulatedWeb(network, client)
    network.stallRequests({ midway: true })
    const abort = new AbortController()
    const asked = fetch('http://server/a', { signal: abort.signal })
    await pass(30)
    const reader = (await asked).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(6)
    const rest = reader?.read()
    abort.abort(new Error('given up'))
    await expect(rest).rejects.toThrow('given up')
  })
})

test('only sockets die, and requests go on', async () => {
  const { fetch } = simulatedWeb(network, client)
  const socket = dial()
  await pass(30)
  const asked = fetch('http://server/a')
  expect(network.silence('socket')).toBe(true)
  socket.send(PING)
  await pass(100)
  expect([server.heard, (await asked).status]).toEqual([[], 203])
  expect(network.silence('socket')).toBe(true)
})

test('what came once is not lost when its late repeat finds nobody', async () => {
  network.repeatLate()
  const socket = dial()
  await pass(30)
  for (let i = 0; i < 20; i++) socket.send(PING)
  await pass(45)
  const { length } = server.heard
  socket.close()
  await pass(10_000)
  expect(length).toBeGreaterThanOrEqual(20)
  expect(server.heard.length).toBeLessThan(40)
  expect(told).toEqual(['30 opened'])
})

describe('a line that ends', () => {
  test('by the client: the server hears of it after what was sent before', async () => {
    const socket = dial()
    await pass(30)
    socket.send(PING)
    socket.close()
    await pass(100)
    expect(server.heard).toHaveLength(1)
    expect(server.closed).toEqual([40])
    expect(told).toEqual(['30 opened'])
  })

  test('by the server: the client hears of it after what was sent before', async () => {
    dial()
    await pass(30)
    server.sockets[0]?.send(PONG)
    server.sockets[0]?.close('done')
    await pass(100)
    expect(told).toEqual(['30 opened', `50 got ${PONG}`, '50 closed'])
  })

  test('by a cut: both hear of it at once, and what was under way is lost', async () => {
    const socket = dial()
    await pass(30)
    socket.send(PING)
    expect(network.cut()).toBe(true)
    await pass(100)
    expect(server.heard).toEqual([])
    expect(server.closed).toEqual([30])
    expect(told).toEqual(['30 opened', '30 message 1 lost: the line was cut', '30 closed'])
    expect(network.cut()).toBe(false)
  })

  test('in silence: nobody is told, and the server drops it when it has heard nothing for long', async () => {
    const socket = dial()
    await pass(30)
    network.silence()
    socket.send(PING)
    await pass(80_000)
    expect([told.at(-1), server.closed]).toEqual(['30 message 1 lost: the line is dead', []])
    await pass(100_000)
    expect(server.closed).toEqual([90_010])
  })

  test('with the server’s process: its system says so, and to who speaks to a new one on the old line as well', async () => {
    const socket = dial()
    await pass(30)
    server.process?.end()
    network.serverGone()
    await pass(100)
    expect(told).toEqual(['30 opened', '50 closed'])
    expect(socket).toBeDefined()
  })

  test('with the server’s power: only who speaks is told that nobody knows the line', async () => {
    const socket = dial()
    await pass(30)
    server.process?.end()
    server.process = new Process(time, new NodeClock(time))
    socket.send(PING)
    await pass(100)
    expect(told).toEqual(['30 opened', '40 message 1 lost: nobody listens there any more', '60 closed'])
  })
})

test('nobody at home: the attempt is refused after a round trip', async () => {
  server.process = null
  dial()
  await pass(100)
  expect(told).toEqual(['30 closed'])
})

describe('in the way', () => {
  test('a partition: what was sent arrives afterwards; lines that are opened meanwhile wait as well', async () => {
    const end = network.obstruct('up', 'partition')
    const socket = dial()
    await pass(1000)
    expect(told).toEqual([])
    end()
    await pass(1030)
    expect(told).toEqual(['1030 opened'])
    socket.send(PING)
    await pass(1040)
    expect(server.heard).toHaveLength(1)
  })

  test('of one direction: the other goes on', async () => {
    const socket = dial()
    await pass(30)
    network.obstruct('down', 'partition')
    socket.send(PING)
    await pass(40)
    server.sockets[0]?.send(PONG)
    await pass(500)
    expect(server.heard).toHaveLength(1)
    expect(told).toEqual(['30 opened'])
  })

  test('a client that does not read: the server sees what piles up, and may cut it off', async () => {
    dial()
    await pass(30)
    const end = network.obstruct('down', 'slow-reader')
    const [socket] = server.sockets
    for (let i = 0; i < 10; i++) socket?.send(PONG)
    expect(socket?.bufferedBytes).toBe(10 * PONG.length)
    socket?.cut()
    await pass(40)
    end()
    await pass(500)
    expect(told.filter((line) => line.includes('got'))).toEqual([])
    expect(told.at(-1)).toBe('30 closed')
  })
})

test('a process that has ended is told nothing', async () => {
  dial()
  await pass(30)
  client.end()
  server.sockets[0]?.send(PONG)
  server.sockets[0]?.close('done')
  await pass(100)
  expect(told).toEqual(['30 opened', '50 message 1 lost: nobody listens there any more'])
})
