import { describe, expect, test } from 'vitest'
import { digestAt, EPOCH, RoomBench, sent, types } from '../testing/room-bench.contract.ts'

describe('a hello', () => {
  test('is answered by a welcome and a poke, once what it needs has been read', () => {
    const bench = new RoomBench(7)
    bench.connect(1)
    expect(bench.hello(1, 'c')).toEqual([{ type: 'find-client', connection: 1, turn: 1, clientID: 'c' }])
    expect(bench.found(1, { lastMutationID: 3 })).toMatchObject([
      { type: 'acknowledge', clientID: 'c', confirmed: 0 },
      { type: 'catch-up', from: 0, to: 7, outcomesAfter: 0 },
    ])
    expect(sent(bench.caughtUp(1, 7))).toMatchObject([
      { type: 'welcome', version: 7, lastMutationID: 3, next: 'poke' },
      { type: 'poke', from: 0, to: 7, outcomes: [] },
    ])
  })

  test('that another one followed on the same line is forgotten', () => {
    const bench = new RoomBench()
    bench.connect(1)
    bench.hello(1, 'c')
    bench.hello(1, 'c')
    expect(bench.found(1, null, 1)).toEqual([])
    expect(types(bench.found(1, null, 2))).toEqual(['acknowledge', 'catch-up'])
    expect(bench.caughtUp(1, 0, 1)).toEqual([])
    expect(sent(bench.caughtUp(1, 0, 2))).toHaveLength(2)
  })

  test('whose line ended is forgotten', () => {
    const bench = new RoomBench()
    bench.connect(1)
    bench.hello(1, 'c')
    bench.machine.step({ type: 'disconnected', connection: 1 })
    expect(bench.found(1)).toEqual([])
    expect(bench.push(1, 1)).toEqual([])
  })

  test('lets the newest line of a client speak, tells the older that it is a copy, and ends it', () => {
    const bench = new RoomBench()
    bench.live(1, 'c')
    bench.connect(2)
    bench.hello(2, 'c')
    expect(bench.found(2).slice(0, 2)).toMatchObject([
      { type: 'send', connection: 1, frame: expect.stringContaining('client-forked') },
      { type: 'close', connection: 1 },
    ])
    expect(bench.machine.connectionCount).toBe(1)
  })

  test('[G9] of another identity is refused as soon as something was pushed under its clientID, whoever has gone since', () => {
    const bench = new RoomBench()
    bench.live(1, 'c')
    bench.push(1, 1)
    bench.machine.step({ type: 'disconnected', connection: 1 })
    const eveSaysHello = (connection: number) => {
      bench.connect(connection, 'eve')
      bench.hello(connection, 'c')
      return sent(bench.found(connection, null))
    }
    expect(eveSaysHello(2)).toMatchObject([{ type: 'refusal', code: 'unauthorized' }])
    const batch = bench.drain()
    expect(eveSaysHello(3)).toMatchObject([{ type: 'refusal', code: 'unauthorized' }])
    expect(sent(bench.committed(batch.slice(0, 0), batch))).toEqual([])
    expect(eveSaysHello(4)).toMatchObject([{ type: 'refusal', code: 'unauthorized' }])
    // Whose it is may come back before it has run.
    bench.live(5, 'c')
    expect(sent(bench.committed(bench.drain()), 5)).toMatchObject([{ outcomes: [{ mutationID: 1 }] }])
  })

  test('may name another client than before on the same line', () => {
    const bench = new RoomBench()
    bench.live(1, 'c')
    bench.hello(1, 'd')
    bench.found(1, null, 2)
    bench.caughtUp(1, 0, 2)
    bench.push(1, 1)
    expect(bench.drain()[0]?.sender.clientID).toBe('d')
    bench.connect(2)
    bench.hello(2, 'c')
    expect(types(bench.found(2))).not.toContain('close')
  })
})

describe('pokes', () => {
  test('go to all who are level, with the body encoded once, and outcomes to whose they are', () => {
    const bench = new RoomBench()
    for (const connection of [1, 2, 3]) bench.live(connection)
    expect(types(bench.push(1, 1))).toEqual(['acknowledge', 'wake'])
    const effects = bench.committed(bench.drain())
    expect(sent(effects, 1)).toMatchObject([{ from: 0, to: 1, outcomes: [{ mutationID: 1, seed: 's1' }] }])
    const frames = effects.flatMap((effect) => (effect.type === 'send' && effect.connection > 1 ? [effect.frame] : []))
    expect(frames).toHaveLength(2)
    expect(frames[0]).toBe(frames[1])
    expect(JSON.parse(frames[0] as string)).toMatchObject({ outcomes: [], from: 0, to: 1, digest: digestAt(1) })
  })

  test('[G4] do not go out before their batch is committed, nor to who has not been welcomed', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.push(1, 1)
    const batch = bench.drain()
    expect(sent(bench.push(1, 2))).toEqual([])
    expect(sent(bench.committed(batch), 2)).toEqual([])
  })

  test('bring who was greeted meanwhile the rest, until it is level', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.found(2)
    bench.push(1, 1)
    bench.committed(bench.drain())
    const greeted = bench.caughtUp(2, 0)
    expect(sent(greeted)).toMatchObject([
      { type: 'welcome', version: 0 },
      { from: 0, to: 0 },
    ])
    expect(greeted.at(-1)).toMatchObject({ type: 'catch-up', from: 0, to: 1 })
    bench.push(1, 2)
    expect(sent(bench.committed(bench.drain()), 2)).toEqual([])
    expect(bench.caughtUp(2, 1).at(-1)).toMatchObject({ type: 'catch-up', from: 1, to: 2 })
    expect(types(bench.caughtUp(2, 2))).toEqual(['send'])
    bench.push(1, 3)
    expect(sent(bench.committed(bench.drain()), 2)).toMatchObject([{ from: 2, to: 3 }])
  })

  test('do not go to who fetches a snapshot; its pushes run all the same, and it gets the outcomes with the next welcome', () => {
    const bench = new RoomBench()
    bench.connect(1)
    bench.hello(1, 'c', { base: null })
    expect(sent(bench.found(1))).toMatchObject([{ type: 'welcome', next: 'snapshot' }])
    bench.push(1, 1)
    expect(sent(bench.committed(bench.drain()))).toEqual([])
    bench.hello(1, 'c', { base: { epoch: EPOCH, version: 1 } })
    expect(bench.found(1, { lastMutationID: 1 }, 2).at(-1)).toMatchObject({ type: 'catch-up', from: 1, to: 1, outcomesAfter: 0 })
  })

  test('fall behind for good: the client is sent away, and comes back for a snapshot', () => {
    const bench = new RoomBench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.found(2)
    bench.push(1, 1)
    bench.committed(bench.drain())
    bench.caughtUp(2, 0)
    const effects = bench.machine.step({ type: 'caught-up', connection: 2, turn: 1, catchUp: null })
    expect(sent(effects)).toMatchObject([{ type: 'refusal', code: 'overloaded' }])
  })
})
