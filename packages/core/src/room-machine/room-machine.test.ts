import { describe, expect, test } from 'vitest'
import { defineSchema } from '../schema/define-schema.ts'
import type { ClientRecord } from './client-record.ts'
import type { QueuedMutation } from './inbox.ts'
import type { RoomEffect } from './room-effect.ts'
import type { CommittedBatch, MutationResult } from './room-event.ts'
import { CONNECTIONS_MAX, RoomMachine } from './room-machine.ts'

const schema = defineSchema({ name: 's', version: 1, sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' })
const EPOCH = 'e'

function digestAt(version: number): string {
  return version.toString(16).padStart(16, '0')
}

/** A machine at a version, and what tests say to it. */
class Bench {
  readonly machine: RoomMachine
  constructor(version = 0) {
    this.machine = new RoomMachine(schema, { epoch: EPOCH, version, digest: digestAt(version) })
  }

  connect(connection: number, identity = ''): readonly RoomEffect[] {
    return this.machine.step({ type: 'connected', connection, identity, auth: undefined })
  }

  hello(connection: number, clientID: string, fields: { [name: string]: unknown } = {}): readonly RoomEffect[] {
    const { name, version, hash } = schema
    const hello = {
      type: 'hello',
      protocol: 1,
      clientID,
      schema: { name, version, hash },
      base: { epoch: EPOCH, version: 0 },
      confirmed: 0,
      issued: 0,
    }
    return this.frame(connection, { ...hello, ...fields })
  }

  frame(connection: number, message: unknown): readonly RoomEffect[] {
    return this.machine.step({ type: 'frame', connection, frame: JSON.stringify(message) })
  }

  push(connection: number, ...mutationIDs: number[]): readonly RoomEffect[] {
    const mutations = mutationIDs.map((mutationID) => ({ mutationID, name: 'm', args: '', createdAt: 0, seed: `s${mutationID}` }))
    return this.frame(connection, { type: 'push', mutations, confirmed: 0 })
  }

  found(connection: number, client: Partial<ClientRecord> | null = null, turn = 1): readonly RoomEffect[] {
    const record = client && { lastMutationID: 0, lastSeed: '', lastVersion: 0, acked: 0, identity: '', ...client }
    return this.machine.step({ type: 'client-found', connection, turn, client: record })
  }

  caughtUp(connection: number, to: number, turn = 1): readonly RoomEffect[] {
    return this.machine.step({ type: 'caught-up', connection, turn, catchUp: { to, digest: digestAt(to), patch: '[]', outcomes: [] } })
  }

  /** A connection that is level with the room. */
  live(connection: number, clientID = `c${connection}`): void {
    this.connect(connection)
    this.hello(connection, clientID)
    this.found(connection)
    this.caughtUp(connection, this.machine.position.version)
  }

  /** Lets the room take a batch. */
  drain(): readonly QueuedMutation[] {
    const [effect] = this.machine.step({ type: 'drain' })
    return effect?.type === 'commit' ? effect.mutations : []
  }

  /** Everything of the batch was run. */
  committed(mutations: readonly QueuedMutation[], left: readonly QueuedMutation[] = []): readonly RoomEffect[] {
    const results: MutationResult[] = mutations.map(({ sender, mutation: { mutationID, seed } }) => ({
      kind: 'processed',
      sender,
      mutationID,
      seed,
      outcome: '{"ok":true,"value":""}',
    }))
    return this.batch(results, mutations.length, left)
  }

  batch(results: readonly MutationResult[], count: number, left: readonly QueuedMutation[] = []): readonly RoomEffect[] {
    const from = this.machine.position.version
    const batch: CommittedBatch = { from, to: from + count, digest: digestAt(from + count), patch: '[]', results, left }
    return this.machine.step({ type: 'committed', batch })
  }
}

function sent(effects: readonly RoomEffect[], connection?: number): { [field: string]: unknown }[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' && (connection ?? effect.connection) === effect.connection ? [JSON.parse(effect.frame)] : [],
  )
}

function types(effects: readonly RoomEffect[]): string[] {
  return effects.map(({ type }) => type)
}

describe('a hello', () => {
  test('is answered by a welcome and a poke, once what it needs has been read', () => {
    const bench = new Bench(7)
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
    const bench = new Bench()
    bench.connect(1)
    bench.hello(1, 'c')
    bench.hello(1, 'c')
    expect(bench.found(1, null, 1)).toEqual([])
    expect(types(bench.found(1, null, 2))).toEqual(['acknowledge', 'catch-up'])
    expect(bench.caughtUp(1, 0, 1)).toEqual([])
    expect(sent(bench.caughtUp(1, 0, 2))).toHaveLength(2)
  })

  test('whose line ended is forgotten', () => {
    const bench = new Bench()
    bench.connect(1)
    bench.hello(1, 'c')
    bench.machine.step({ type: 'disconnected', connection: 1 })
    expect(bench.found(1)).toEqual([])
    expect(bench.push(1, 1)).toEqual([])
  })

  test('lets the newest line of a client speak, and ends the older', () => {
    const bench = new Bench()
    bench.live(1, 'c')
    bench.connect(2)
    bench.hello(2, 'c')
    expect(bench.found(2)[0]).toMatchObject({ type: 'close', connection: 1 })
    expect(bench.machine.connectionCount).toBe(1)
  })

  test('may name another client than before on the same line', () => {
    const bench = new Bench()
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
    const bench = new Bench()
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
    const bench = new Bench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.push(1, 1)
    const batch = bench.drain()
    expect(sent(bench.push(1, 2))).toEqual([])
    expect(sent(bench.committed(batch), 2)).toEqual([])
  })

  test('bring who was greeted meanwhile the rest, until it is level', () => {
    const bench = new Bench()
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
    const bench = new Bench()
    bench.connect(1)
    bench.hello(1, 'c', { base: null })
    expect(sent(bench.found(1))).toMatchObject([{ type: 'welcome', next: 'snapshot' }])
    bench.push(1, 1)
    expect(sent(bench.committed(bench.drain()))).toEqual([])
    bench.hello(1, 'c', { base: { epoch: EPOCH, version: 1 } })
    expect(bench.found(1, { lastMutationID: 1 }, 2).at(-1)).toMatchObject({ type: 'catch-up', from: 1, to: 1, outcomesAfter: 0 })
  })

  test('fall behind for good: the client is sent away, and comes back for a snapshot', () => {
    const bench = new Bench()
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

describe('batches', () => {
  test('are taken one at a time, and what came meanwhile goes together', () => {
    const bench = new Bench()
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
    const bench = new Bench()
    bench.live(1)
    bench.push(1, 1, 2, 3)
    const batch = bench.drain()
    bench.push(1, 4)
    bench.committed(batch.slice(0, 1), batch.slice(1))
    expect(bench.drain().map(({ mutation }) => mutation.mutationID)).toEqual([2, 3, 4])
  })

  test('[G9] take from all who wait in turn', () => {
    const bench = new Bench()
    bench.live(1)
    bench.live(2)
    bench.push(1, ...Array.from({ length: 1000 }, (_, i) => i + 1))
    bench.push(2, 1)
    const batch = bench.drain()
    expect(batch.filter(({ sender }) => sender.clientID === 'c2')).toHaveLength(1)
    expect(batch.length).toBeLessThan(1000)
  })

  test('run what was pushed by who has gone since; the outcome goes to the line that the client has then', () => {
    const bench = new Bench()
    bench.live(1, 'c')
    bench.push(1, 1)
    bench.machine.step({ type: 'disconnected', connection: 1 })
    bench.live(2, 'c')
    expect(sent(bench.committed(bench.drain()), 2)).toMatchObject([{ outcomes: [{ mutationID: 1 }] }])
  })

  test('of which one was refused stop its sender: what it has queued is dropped', () => {
    const bench = new Bench()
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
    const bench = new Bench()
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

  test('under another seed tell a fork; those that are known no more need no answer', () => {
    const bench = new Bench()
    bench.live(1)
    const asked = [{ mutationID: 1, seed: 's1' }]
    expect(bench.machine.step({ type: 'outcomes-found', connection: 1, turn: 1, asked, outcomes: [] })).toEqual([])
    const found = bench.machine.step({
      type: 'outcomes-found',
      connection: 1,
      turn: 1,
      asked,
      outcomes: [{ mutationID: 1, seed: 'other', outcome: '{}' }],
    })
    expect(sent(found)).toMatchObject([{ type: 'refusal', code: 'client-forked' }])
  })

  test('of a client that is behind are answered when it is level', () => {
    const bench = new Bench()
    bench.live(1)
    bench.connect(2)
    bench.hello(2, 'c2')
    bench.found(2)
    bench.push(1, 1)
    bench.committed(bench.drain())
    bench.caughtUp(2, 0)
    const asked = [{ mutationID: 1, seed: 's1' }]
    const outcomes = [{ mutationID: 1, seed: 's1', outcome: '{"ok":true,"value":""}' }]
    expect(bench.machine.step({ type: 'outcomes-found', connection: 2, turn: 1, asked, outcomes })).toEqual([])
    expect(sent(bench.caughtUp(2, 1))).toMatchObject([{ from: 0, to: 1, outcomes: [{ mutationID: 1 }] }])
  })
})

describe('a failure', () => {
  test('sends everyone away who was welcomed; who comes then waits for the room to be opened anew', () => {
    const bench = new Bench(3)
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
    const bench = new Bench()
    bench.machine.step({ type: 'failed', message: 'x' })
    bench.connect(1)
    bench.hello(1, 'c')
    expect(sent(bench.machine.step({ type: 'failed', message: 'still' }))).toMatchObject([{ code: 'unavailable', message: 'still' }])
    bench.connect(2)
    expect(bench.hello(2, 'c')).toEqual([{ type: 'recover' }])
  })
})

describe('closing', () => {
  test('finishes what is queued, takes nothing more, and tells everyone', () => {
    const bench = new Bench()
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
    expect(types(new Bench().machine.step({ type: 'closing' }))).toEqual(['closed'])
    const broken = new Bench()
    broken.machine.step({ type: 'failed', message: 'x' })
    expect(types(broken.machine.step({ type: 'closing' }))).toEqual(['closed'])
  })
})

test('[G10] connections are bounded', () => {
  const bench = new Bench()
  for (let i = 0; i < CONNECTIONS_MAX; i++) bench.connect(i)
  expect(sent(bench.connect(CONNECTIONS_MAX))).toMatchObject([{ type: 'refusal', code: 'overloaded' }])
  expect(bench.machine.connectionCount).toBe(CONNECTIONS_MAX)
})
