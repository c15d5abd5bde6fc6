import { describe, expect, test } from 'vitest'
import { digestAt, EPOCH, RoomBench, sent, types } from '../testing/room-bench.contract.ts'
import type { QueuedMutation } from './inbox.ts'
import { ROOM_LIMITS } from './room-limits.ts'

describe('batches', () => {
  test('are taken one at a time, and what came meanwhile goes together', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.live(2)
    bench.push(1, 1)
    const first = bench.drain()
    expect(types(bench.push(2, 1))).not.toContain('wake')
    bench.push(1, 2)
    expect(bench.drain()).toEqual([])
    expect(types(bench.committed(first))).toContain('wake')
    expect(bench.drain().map(({ sender, mutation }) => [sender.clientID, mutation.mutationID])).toEqual([
      ['c2', 1],
      ['c1', 2],
    ])
  })

  test('[G2] what did not fit one comes first in the next', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.push(1, 1, 2, 3)
    const batch = bench.drain()
    bench.push(1, 4)
    bench.committed(batch.slice(0, 1), batch.slice(1))
    expect(bench.drain().map(({ mutation }) => mutation.mutationID)).toEqual([2, 3, 4])
  })

  test('[G9] take from all who wait in turn', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.live(2)
    bench.push(1, ...Array.from({ length: 1000 }, (_, i) => i + 1))
    bench.push(2, 1)
    const batch = bench.drain()
    expect(batch.filter(({ sender }) => sender.clientID === 'c2')).toHaveLength(1)
    expect(batch.length).toBeLessThan(1000)
  })

  test('run what was pushed by who has gone since; the outcome goes to the line that the client has then', () => {
    const bench = new RoomBench()
    bench.live(1, 'c')
    bench.push(1, 1)
    bench.machine.step({ type: 'disconnected', connection: 1 })
    bench.live(2, 'c')
    expect(sent(bench.committed(bench.drain()), 2)).toMatchObject([{ outcomes: [{ mutationID: 1 }] }])
  })

  test('of which one was refused stop its sender: what it has queued is dropped', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.push(1, 5)
    const [queued] = bench.drain()
    bench.push(1, 6)
    const effects = bench.batch([{ kind: 'refused', sender: (queued as QueuedMutation).sender, code: 'mutation-gap', message: 'gap' }], 0)
    expect(sent(effects)).toMatchObject([{ type: 'refusal', code: 'mutation-gap' }])
    expect(bench.drain()).toEqual([])
  })
})

describe('repeats', () => {
  test('are looked up, and answered in a poke that leads nowhere', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.push(1, 1)
    const [queued] = bench.drain()
    const { sender } = queued as QueuedMutation
    const asked = [{ mutationID: 1, seed: 's1' }]
    expect(bench.batch([{ kind: 'repeat', sender, mutationID: 1, seed: 's1' }], 0)).toEqual([
      { type: 'find-outcomes', connection: 1, turn: 1, clientID: 'c1', asked },
    ])
    const found = bench.machine.step({
      type: 'outcomes-found',
      connection: 1,
      turn: 1,
      asked,
      outcomes: [{ mutationID: 1, seed: 's1', outcome: '{"ok":true,"value":"7"}' }],
    })
    expect(sent(found)).toEqual([
      {
        type: 'poke',
        outcomes: [{ mutationID: 1, seed: 's1', outcome: { ok: true, value: '7' } }],
        from: 0,
        to: 0,
        digest: digestAt(0),
        patch: [],
      },
    ])
  })

  test('[G6] whose outcome is no longer known are told so', () => {
    const bench = new RoomBench()
    bench.live(1)
    const asked = [1, 2].map((mutationID) => ({ mutationID, seed: `s${mutationID}` }))
    const outcomes = [{ mutationID: 2, seed: 's2', outcome: '{"ok":true,"value":"7"}' }]
    expect(sent(bench.machine.step({ type: 'outcomes-found', connection: 1, turn: 1, asked, outcomes }))).toMatchObject([
      {
        outcomes: [
          { mutationID: 1, seed: 's1', outcome: { ok: false, code: 'outcome-unknown' } },
          { mutationID: 2, seed: 's2', outcome: { ok: true } },
        ],
      },
    ])
  })

  test('under another seed tell a fork', () => {
    const bench = new RoomBench()
    bench.live(1)
    const asked = [{ mutationID: 1, seed: 's1' }]
    const found = bench.machine.step({
      type: 'outcomes-found',
      connection: 1,
      turn: 1,
      asked,
      outcomes: [{ mutationID: 1, seed: 'other', outcome: '{}' }],
    })
    expect(sent(found)).toMatchObject([{ type: 'refusal', code: 'client-forked' }])
  })

  test('[G8] of a client that is behind are answered when it is level, and after those before them', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.found(2)
    bench.push(1, 1)
    bench.committed(bench.drain())
    bench.caughtUp(2, 0)
    bench.push(1, 2)
    bench.committed(bench.drain())
    const outcome = (mutationID: number) => ({ mutationID, seed: `s${mutationID}`, outcome: '{"ok":true,"value":""}' })
    const asked = [{ mutationID: 2, seed: 's2' }]
    expect(bench.machine.step({ type: 'outcomes-found', connection: 2, turn: 1, asked, outcomes: [outcome(2)] })).toEqual([])
    expect(sent(bench.caughtUp(2, 1))).toMatchObject([{ from: 0, to: 1, outcomes: [] }])
    expect(sent(bench.caughtUp(2, 2, 1, [outcome(1), outcome(2)]))).toMatchObject([
      { from: 1, to: 2, outcomes: [{ mutationID: 1 }, { mutationID: 2 }] },
    ])
  })
})

describe('a failure', () => {
  test('sends everyone away who was welcomed; who comes then waits for the room to be opened anew', () => {
    const bench = new RoomBench(3)
    bench.live(1)
    bench.push(1, 1)
    bench.drain()
    const failed = bench.machine.step({ type: 'failed', message: 'disk full' })
    expect(sent(failed)).toEqual([{ type: 'refusal', code: 'unavailable', message: 'disk full' }])
    expect(bench.machine.isBusy).toBe(false)
    for (const connection of [2, 3]) bench.connect(connection)
    expect(bench.hello(2, 'c')).toEqual([{ type: 'recover' }])
    expect(bench.hello(3, 'd')).toEqual([])
    const recovered = bench.machine.step({ type: 'recovered', position: { epoch: EPOCH, version: 4, digest: digestAt(4) } })
    expect(types(recovered)).toEqual(['find-client', 'find-client'])
    bench.found(2)
    expect(sent(bench.caughtUp(2, 4))[0]).toMatchObject({ type: 'welcome', version: 4 })
  })

  test('to open it anew sends those away who waited, and the next one asks again', () => {
    const bench = new RoomBench()
    bench.machine.step({ type: 'failed', message: 'x' })
    bench.connect(1)
    bench.hello(1, 'c')
    expect(sent(bench.machine.step({ type: 'failed', message: 'still' }))).toMatchObject([{ code: 'unavailable', message: 'still' }])
    bench.connect(2)
    expect(bench.hello(2, 'c')).toEqual([{ type: 'recover' }])
  })
})

test('[G6] who may only read is welcomed and told so; a push is refused, and nothing of it is run', () => {
  const bench = new RoomBench()
  bench.connect(1, '', true)
  bench.hello(1, 'c')
  bench.found(1)
  expect(sent(bench.caughtUp(1, 0))).toMatchObject([{ type: 'welcome', readOnly: { code: 'read-only' } }, { type: 'poke' }])
  expect(sent(bench.push(1, 1))).toMatchObject([{ type: 'refusal', code: 'read-only' }])
  expect(bench.drain()).toEqual([])
})

test('[G6] while pushes are refused, everyone reads on and is told why; who was told comes back when they are taken again', () => {
  const bench = new RoomBench()
  bench.live(1)
  bench.live(2)
  bench.push(1, 1)
  const why = { code: 'unavailable', message: 'The disk is nearly full.' } as const
  expect(bench.machine.step({ type: 'pushes-refused', why })).toEqual([])
  expect(sent(bench.committed(bench.drain()), 2)).toMatchObject([{ type: 'poke', to: 1 }])
  expect(sent(bench.push(1, 2))).toEqual([{ type: 'refusal', ...why }])
  bench.connect(3)
  bench.hello(3, 'c1')
  bench.found(3)
  expect(sent(bench.caughtUp(3, 1))[0]).toMatchObject({ type: 'welcome', readOnly: why })
  const over = bench.machine.step({ type: 'pushes-refused', why: null })
  expect(over.map((effect) => 'connection' in effect && effect.connection)).toEqual([3, 3])
  expect(sent(over)).toMatchObject([{ type: 'refusal', code: 'unavailable' }])
  expect(types(bench.push(2, 1))).toContain('wake')
})

describe('closing', () => {
  test('finishes what is queued, takes nothing more, and tells everyone', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.push(1, 1)
    expect(bench.machine.step({ type: 'closing' })).toEqual([])
    expect(bench.push(1, 2)).toEqual([])
    const effects = bench.committed(bench.drain())
    expect(sent(effects)).toMatchObject([{ type: 'poke' }, { type: 'refusal', code: 'going-away' }])
    expect(effects.at(-1)).toEqual({ type: 'closed' })
    expect(sent(bench.connect(2))).toMatchObject([{ type: 'refusal', code: 'going-away' }])
  })

  test('is done at once if there is nothing to do, or nothing can be done', () => {
    expect(types(new RoomBench().machine.step({ type: 'closing' }))).toEqual(['closed'])
    const broken = new RoomBench()
    broken.machine.step({ type: 'failed', message: 'x' })
    expect(types(broken.machine.step({ type: 'closing' }))).toEqual(['closed'])
  })
})

test('[G10] connections are bounded', () => {
  const bench = new RoomBench(0, { ...ROOM_LIMITS, clients: 3 })
  for (const connection of [1, 2, 3]) expect(bench.connect(connection)).toEqual([])
  expect(sent(bench.connect(4))).toMatchObject([{ type: 'refusal', code: 'overloaded', message: expect.stringContaining('3 connections') }])
  expect(bench.machine.connectionCount).toBe(3)
})

test('[G10] outcomes that a client does not confirm are bounded', () => {
  const bench = new RoomBench()
  bench.live(1)
  expect(sent(bench.push(1, 10_001))).toMatchObject([{ type: 'refusal', code: 'overloaded' }])
  bench.live(2)
  expect(sent(bench.push(2, 10_000))).toEqual([])
})
