import { beforeEach, describe, expect, test } from 'vitest'
import { VirtualScheduler } from '../testing/virtual-scheduler.contract.ts'
import { LineChoice } from './line-choice.ts'
import type { Socket, SocketListener } from './transport.ts'

/** One way's line, whose other end is the test. */
class Way implements Socket {
  readonly sent: string[] = []
  isClosed = false
  readonly listener: SocketListener

  constructor(listener: SocketListener) {
    this.listener = listener
  }

  send(frame: string): void {
    this.sent.push(frame)
  }

  close(): void {
    this.isClosed = true
  }
}

let scheduler: VirtualScheduler
let choice: LineChoice
let [sockets, https]: [Way[], Way[]] = [[], []]
let heard: string[]

beforeEach(() => {
  scheduler = new VirtualScheduler()
  ;[sockets, https] = [[], []]
  heard = []
  const open = (ways: Way[]) => (listener: SocketListener) => {
    const way = new Way(listener)
    ways.push(way)
    return way
  }
  choice = new LineChoice(scheduler, open(sockets), open(https))
})

function connect(): Socket {
  const listener: SocketListener = {
    opened: (over) => heard.push(`opened ${over}`),
    received: (frame) => heard.push(frame),
    closed: () => heard.push('closed'),
  }
  return choice.connect(listener, () => undefined)
}
const last = (ways: Way[]) => ways.at(-1) as Way

/** Ends the last WebSocket before it says a word, and lets HTTP through. */
function blockSocket(): void {
  last(sockets).listener.closed()
  last(https).listener.opened('http')
}

describe('a WebSocket that gets through', () => {
  test('is all that is tried, however long it lasts, and its end is the end', async () => {
    const line = connect()
    last(sockets).listener.opened('websocket')
    line.send('hello')
    last(sockets).listener.received('welcome')
    await scheduler.pass(1_000_000)
    last(sockets).listener.closed()
    expect(heard).toEqual(['opened websocket', 'welcome', 'closed'])
    expect(last(sockets).sent).toEqual(['hello'])
    expect(https).toEqual([])
    connect()
    expect(sockets).toHaveLength(2)
  })

  test('late, but before HTTP, is taken after all', async () => {
    const line = connect()
    last(sockets).listener.opened('websocket')
    await scheduler.pass(5000)
    expect(https).toHaveLength(1)
    last(sockets).listener.received('welcome')
    line.send('push')
    expect([heard, last(sockets).sent, last(https).isClosed]).toEqual([['opened websocket', 'welcome'], ['push'], true])
  })
})

describe('HTTP is taken where no WebSocket gets through', () => {
  test('as it ends before it says a word', () => {
    const line = connect()
    last(sockets).listener.opened('websocket')
    line.send('hello')
    blockSocket()
    line.send('hello')
    last(https).listener.received('welcome')
    last(https).listener.closed()
    expect(heard).toEqual(['opened websocket', 'opened http', 'welcome', 'closed'])
    expect(last(https).sent).toEqual(['hello'])
  })

  test('as it stays silent', async () => {
    connect()
    last(sockets).listener.opened('websocket')
    await scheduler.pass(4999)
    expect(https).toEqual([])
    await scheduler.pass(1)
    last(https).listener.opened('http')
    expect(last(sockets).isClosed).toBe(true)
    expect(heard).toEqual(['opened websocket', 'opened http'])
  })

  test('as there are no WebSockets at all', () => {
    choice = new LineChoice(
      scheduler,
      () => {
        throw new ReferenceError('WebSocket is not defined')
      },
      (listener) => {
        https.push(new Way(listener))
        return last(https)
      },
    )
    connect()
    last(https).listener.opened('http')
    expect(heard).toEqual(['opened http'])
  })

  test('and what the server says there before it opens is told: a refusal', () => {
    connect()
    last(sockets).listener.closed()
    last(https).listener.received('refusal')
    last(https).listener.closed()
    expect(heard).toEqual(['refusal', 'closed'])
  })
})

describe('a server that is down', () => {
  test('is not taken for one that lets no WebSockets through', () => {
    for (let i = 1; i <= 5; i++) {
      connect()
      expect(sockets).toHaveLength(i)
      last(sockets).listener.closed()
      last(https).listener.closed()
      expect(heard).toEqual(Array(i).fill('closed'))
    }
  })

  test('is told once both ways have failed, whichever is first', async () => {
    connect()
    await scheduler.pass(5000)
    last(https).listener.closed()
    expect(heard).toEqual([])
    last(sockets).listener.closed()
    expect(heard).toEqual(['closed'])
  })
})

describe('what was found is remembered', () => {
  test('for a minute, then twice as long each time, up to an hour', async () => {
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      connect()
      const before = sockets.length
      blockSocket()
      await scheduler.pass(minutes * 60_000 - 1)
      connect()
      expect(sockets).toHaveLength(before)
      last(https).listener.opened('http')
      await scheduler.pass(1)
    }
    connect()
    last(sockets).listener.received('welcome')
    connect()
    blockSocket()
    await scheduler.pass(60_000)
    const before = sockets.length
    connect()
    expect(sockets).toHaveLength(before + 1)
  })

  test('until the network is another one, on which WebSockets may get through', () => {
    for (let i = 1; i <= 3; i++) {
      connect()
      expect(sockets).toHaveLength(i)
      blockSocket()
      connect()
      expect(sockets).toHaveLength(i)
      choice.forget()
    }
  })

  test('and counted from a minute again on another network', async () => {
    for (let i = 0; i < 3; i++) {
      connect()
      blockSocket()
      await scheduler.pass(3_600_000)
    }
    choice.forget()
    connect()
    blockSocket()
    await scheduler.pass(60_000)
    const before = sockets.length
    connect()
    expect(sockets).toHaveLength(before + 1)
  })

  test('until HTTP does not get through either', () => {
    connect()
    blockSocket()
    connect()
    last(https).listener.closed()
    expect(sockets).toHaveLength(1)
    connect()
    expect(sockets).toHaveLength(2)
  })
})

test('a line that is closed says nothing more, and tries nothing more', async () => {
  const line = connect()
  line.close()
  await scheduler.pass(10_000)
  expect(https).toEqual([])
  expect(last(sockets).isClosed).toBe(true)
  expect(heard).toEqual([])
})
