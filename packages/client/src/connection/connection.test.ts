import {
  type ClientState,
  initialClientState,
  type Poke,
  SavepointError,
  SERVER_FRAME_LENGTH_MAX,
  type ServerMessage,
} from '@savepoint/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { HandTransport } from '../testing/hand-transport.contract.ts'
import { VirtualScheduler } from '../testing/virtual-scheduler.contract.ts'
import { Connection } from './connection.ts'
import type { Snapshot } from './transport.ts'

const schema = { name: 'shop', version: 1, hash: 'h' }
const WELCOME: ServerMessage = { type: 'welcome', epoch: 'e', version: 7, lastMutationID: 0, next: 'poke', readOnly: null }
const FETCH: ServerMessage = { ...WELCOME, next: 'snapshot' }
const POKE: Poke = { type: 'poke', outcomes: [], from: 7, to: 7, digest: '0'.repeat(16), patch: [] }
const SNAPSHOT: Snapshot = { epoch: 'e', version: 7, digest: '0'.repeat(16), bytes: new Uint8Array(0) }

let scheduler: VirtualScheduler
let transport: HandTransport
let connection: Connection
let reports: unknown[]
let staged: unknown[]
let failToStage: Error | undefined

beforeEach(() => {
  scheduler = new VirtualScheduler()
  transport = new HandTransport()
  reports = []
  staged = []
  failToStage = undefined
  connection = connect()
})

function connect(from: Partial<ClientState> = {}): Connection {
  const state = initialClientState({ clientID: 'c', schema, base: { epoch: 'e', version: 7 }, confirmed: 0, issued: 0, ...from })
  const made: Connection = new Connection(state, transport, scheduler, {
    apply: () => made.step({ type: 'applied', confirmed: 0, issued: 0 }),
    push: ({ after, count }) => after + count,
    receive: () => undefined,
    stage(snapshot) {
      if (failToStage) throw failToStage
      staged.push(snapshot)
    },
    changed() {},
    report: (error) => reports.push(error),
  })
  return made
}

const stage = () => connection.state.stage.name
function goLive(): void {
  transport.socket.open()
  transport.socket.receive(WELCOME)
  transport.socket.receive(POKE)
  expect(stage()).toBe('live')
}

describe('what cannot be read starts the line over, and is reported', () => {
  test.each([
    ['garbage', 'not JSON at all', 'bad-message'],
    ['half a frame', JSON.stringify(WELCOME).slice(0, 30), 'bad-message'],
    ['an unknown type', '{"type":"surprise"}', 'bad-message'],
    ['a poke that is none', '{"type":"poke","outcomes":[],"from":7,"to":3,"digest":"0000000000000000","patch":[]}', 'bad-message'],
    ['an oversized frame', 'x'.repeat(SERVER_FRAME_LENGTH_MAX + 1), 'frame-too-large'],
  ])('%s', async (_, frame, code) => {
    connection.step({ type: 'start' })
    goLive()
    transport.socket.receive(frame)
    expect(reports).toEqual([expect.objectContaining({ code })])
    expect(stage()).toBe('offline')
    expect(transport.socket.isClosed).toBe(true)
    await scheduler.pass(250)
    goLive()
  })
})

describe('attempts', () => {
  test('wait longer each time, between half and all of the limit, so that clients spread', async () => {
    connection.step({ type: 'start' })
    const waits: number[] = []
    for (const chance of [0, 0.5, 0.999]) {
      scheduler.chance = chance
      transport.socket.cut()
      waits.push(Math.round(scheduler.waits[0] ?? Number.NaN))
      await scheduler.pass(1000)
    }
    expect(waits).toEqual([125, 375, 1000])
    expect(transport.sockets).toHaveLength(4)
  })

  test('a transport that throws counts as a line that fails', async () => {
    const broken = new Error('no network here')
    connection = new Connection(
      connection.state,
      { ...transport, connect: () => thrown(broken), fetchSnapshot: () => thrown(broken) },
      scheduler,
      {
        apply() {},
        push: ({ after }) => after,
        receive: () => undefined,
        stage() {},
        changed() {},
        report: (error) => reports.push(error),
      },
    )
    connection.step({ type: 'start' })
    await scheduler.pass(2000)
    expect(new Set(reports)).toEqual(new Set([broken]))
    expect(reports.length).toBeGreaterThan(2)
  })

  test('a socket that opens and says nothing is given up', async () => {
    connection.step({ type: 'start' })
    transport.socket.open()
    await scheduler.pass(15_000)
    expect(stage()).toBe('offline')
  })
})

describe('a quiet line', () => {
  test('is pinged, and given up if nothing comes back', async () => {
    connection.step({ type: 'start' })
    goLive()
    await scheduler.pass(30_000)
    expect(transport.socket.all('ping')).toHaveLength(1)
    await scheduler.pass(15_000)
    expect(stage()).toBe('offline')
  })

  test('lives on for as long as pongs come', async () => {
    connection.step({ type: 'start' })
    goLive()
    for (let i = 0; i < 20; i++) {
      await scheduler.pass(15_000)
      transport.socket.receive({ type: 'pong' })
    }
    expect(stage()).toBe('live')
    expect(transport.sockets).toHaveLength(1)
  })
})

describe('stop and start', () => {
  test('stop closes the line and asks for nothing more; start goes on', async () => {
    connection.step({ type: 'start' })
    goLive()
    connection.step({ type: 'stop' })
    expect(transport.socket.isClosed).toBe(true)
    expect(scheduler.waits).toEqual([])
    await scheduler.pass(100_000)
    expect(transport.sockets).toHaveLength(1)
    connection.step({ type: 'start' })
    goLive()
    expect(transport.sockets).toHaveLength(2)
  })

  test('start does not wait for the next attempt, and never opens a second line', () => {
    connection.step({ type: 'start' })
    transport.socket.cut()
    connection.step({ type: 'start' })
    connection.step({ type: 'start' })
    expect(transport.sockets).toHaveLength(2)
    expect(scheduler.waits).toEqual([15_000])
  })

  test('a snapshot that is on its way when it stops is let go', async () => {
    connection = connect({ base: null })
    connection.step({ type: 'start' })
    transport.socket.open()
    transport.socket.receive(FETCH)
    connection.step({ type: 'stop' })
    expect(transport.fetch.signal.aborted).toBe(true)
    await scheduler.settle()
    expect(staged).toEqual([])
    expect(reports).toEqual([])
  })
})

describe('a snapshot', () => {
  beforeEach(() => {
    connection = connect({ base: null })
    connection.step({ type: 'start' })
    transport.socket.open()
    transport.socket.receive(FETCH)
  })

  test('is staged, and said hello with', async () => {
    transport.fetch.resolve(SNAPSHOT)
    await scheduler.settle()
    expect(staged).toEqual([SNAPSHOT])
    expect(transport.socket.all('hello').at(-1)).toMatchObject({ base: { epoch: 'e', version: 7 } })
  })

  test.each<[string, () => void]>([
    ['that cannot be had', () => transport.fetch.reject(new Error('half of it'))],
    [
      'that does not open',
      () => {
        failToStage = new Error('not a database')
        transport.fetch.resolve(SNAPSHOT)
      },
    ],
  ])('%s is asked for again later', async (_, fail) => {
    fail()
    await scheduler.settle()
    expect(stage()).toBe('offline')
    expect(reports).toHaveLength(1)
    failToStage = undefined
    await scheduler.pass(250)
    transport.socket.open()
    transport.socket.receive(FETCH)
    transport.fetch.resolve(SNAPSHOT)
    await scheduler.settle()
    expect(staged).toEqual([SNAPSHOT])
  })

  test('[G6] whose bytes stop coming is asked for again, however alive the socket is', async () => {
    for (let i = 0; i < 3; i++) {
      await scheduler.pass(29_000)
      transport.socket.receive({ type: 'pong' })
      transport.fetch.progress()
    }
    expect(stage()).toBe('fetching')
    await scheduler.pass(15_000)
    transport.socket.receive({ type: 'pong' })
    await scheduler.pass(15_000)
    expect(stage()).toBe('offline')
    expect(transport.fetch.signal.aborted).toBe(true)
    expect(reports).toEqual([expect.objectContaining({ message: expect.stringMatching(/30 s/) })])
  })

  test('that the server has no time for now is asked for when the server says', async () => {
    transport.fetch.reject(new SavepointError('overloaded', 'not now', { retryAfterMs: 60_000 }))
    await scheduler.settle()
    expect(stage()).toBe('offline')
    const sockets = transport.sockets.length
    await scheduler.pass(59_000)
    expect(transport.sockets).toHaveLength(sockets)
    await scheduler.pass(10_000)
    expect(transport.sockets).toHaveLength(sockets + 1)
  })

  test('that the server refuses for good waits for the app', async () => {
    transport.fetch.reject(new SavepointError('unauthorized', 'not for you'))
    await scheduler.settle()
    expect(connection.state.stage).toEqual({ name: 'refused', code: 'unauthorized', message: 'not for you' })
  })
})

function thrown(error: Error): never {
  throw error
}
