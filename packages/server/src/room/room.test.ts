import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { Line } from '../testing/line.ts'
import { openTestRoom } from '../testing/open-room.ts'
import { TestClient } from '../testing/test-client.ts'
import { CLOCK_SKEW_MS_MAX } from './commit-batch.ts'

describe('a mutation', () => {
  test('takes effect, and its outcome comes with the changes', async () => {
    const client = await (await openTestRoom()).client()
    const outcome = await client.call('addItem', { title: 'tea', stock: 3 })
    expect(outcome).toMatchObject({ ok: true })
    expect(client.query('SELECT title, stock FROM items')).toEqual([{ title: 'tea', stock: 3 }])
    expect(client.base?.version).toBe(1)
  })

  test('reaches those who watch, with no outcomes of others', async () => {
    const setting = await openTestRoom()
    const [maker, watcher] = [await setting.client('maker'), await setting.client('watcher')]
    await maker.call('addItem', { title: 'tea' })
    const poke = await watcher.poke()
    expect(poke.outcomes).toEqual([])
    expect(watcher.digest).toBe(maker.digest)
  })

  test('[G2] runs in the order of its ID, many to a batch', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    client.push(client.mutation('addItem', { title: 'tea' }), ...[2, 4, 8].map((by) => client.mutation('restock', { title: 'tea', by })))
    const poke = await client.poke()
    expect([poke.from, poke.to]).toEqual([0, 4])
    expect(poke.outcomes.map(({ mutationID }) => mutationID)).toEqual([1, 2, 3, 4])
    expect(poke.patch).toHaveLength(1)
    expect(client.query('SELECT stock FROM items')).toEqual([{ stock: 14 }])
  })

  test('sees who calls it, and a time that is never far ahead of the server', async () => {
    const setting = await openTestRoom()
    const auth = { name: 'Ada', identity: 'ada' }
    const client = await setting.client('client-1', { identity: 'ada', auth })
    const past = await client.call('whoAmI')
    expect(JSON.parse((past as { value: string }).value).json).toEqual({
      auth,
      now: 1_600_000_000_000,
      location: 'server',
      reason: 'authoritative',
    })
    client.push(client.mutation('whoAmI', undefined, { createdAt: Number.MAX_SAFE_INTEGER }))
    const future = await client.outcome(2)
    expect(JSON.parse((future as { value: string }).value).json.now).toBe(setting.world.time + CLOCK_SKEW_MS_MAX)
  })
})

describe('[G1] [G6] a mutation that fails has no effect, has an outcome, and lets the next one run', () => {
  test.each([
    ['that no mutator bears the name of', 'nonsense', {}, { reason: 'schema', code: 'unknown-mutator' }],
    ['that throws', 'explode', { title: 'coffee' }, { reason: 'rejected', code: 'error', message: 'boom' }],
    ['that rejects', 'order', { title: 'nothing' }, { reason: 'rejected', code: 'no-such-item' }],
    ['that returns a promise', 'later', { title: 'coffee' }, { reason: 'schema' }],
    [
      'that breaks a UNIQUE',
      'addItem',
      { title: 'tea' },
      { reason: 'constraint', code: 'unique', constraint: { table: 'items', columns: ['title'] } },
    ],
    ['that breaks a CHECK', 'restock', { title: 'tea', by: -100 }, { reason: 'constraint', code: 'check' }],
    ['that drops a table', 'forbidden', { sql: 'DROP TABLE items' }, { reason: 'schema' }],
    ['that commits', 'forbidden', { sql: 'COMMIT' }, { reason: 'schema' }],
    ['that reads the log', 'forbidden', { sql: 'DELETE FROM _savepoint_log' }, { reason: 'schema' }],
    ['that changes too many rows', 'addMany', { count: 20_001, length: 0 }, { reason: 'rejected', code: 'too-large' }],
    ['whose changes are too long', 'addMany', { count: 50, length: 100_000 }, { reason: 'rejected', code: 'too-large' }],
    ['whose result is too long', 'long', { length: 300_000 }, { reason: 'rejected', code: 'too-large' }],
  ])('%s', async (_, name, args, failure) => {
    const client = await (await openTestRoom()).client()
    await client.call('addItem', { title: 'tea', stock: 1 })
    client.push(
      client.mutation('restock', { title: 'tea', by: 1 }),
      client.mutation(name, args),
      client.mutation('restock', { title: 'tea', by: 1 }),
    )
    expect(await client.outcome(4)).toMatchObject({ ok: true })
    expect(client.outcomes.get(3)?.outcome).toMatchObject({ ok: false, ...failure })
    expect(client.query('SELECT title, stock FROM items')).toEqual([{ title: 'tea', stock: 3 }])
    expect(client.base?.version).toBe(4)
  })

  test('whose arguments are not data', async () => {
    const client = await (await openTestRoom()).client()
    client.push(client.mutation('addItem', {}, { args: '{"json":' }), client.mutation('addItem', {}, { args: '{"json":{"__proto__":{}}}' }))
    await client.outcome(2)
    for (const id of [1, 2]) expect(client.outcomes.get(id)?.outcome).toMatchObject({ ok: false, reason: 'schema' })
  })
})

describe('[G1] exactly once', () => {
  test('a repeat is answered with the outcome it had, and runs no more', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    const mutations = [
      client.mutation('addItem', { title: 'tea' }),
      client.mutation('restock', { title: 'tea', by: 5 }),
      client.mutation('explode', { title: 'x' }),
    ]
    client.push(...mutations)
    await client.outcome(3)
    const outcomes = [...client.outcomes.values()]
    client.push(...mutations)
    const poke = await client.poke()
    expect([poke.from, poke.to]).toEqual([3, 3])
    expect(poke.outcomes).toEqual(outcomes)
    expect(client.query('SELECT stock FROM items')).toEqual([{ stock: 5 }])
  })

  test('also after a restart', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    const mutations = [client.mutation('addItem', { title: 'tea' }), client.mutation('restock', { title: 'tea', by: 5 })]
    client.push(...mutations)
    await client.outcome(2)
    const again = await setting.reopen()
    client.line = Line.inProcess(again.room)
    expect(await client.greet()).toMatchObject({ version: 2, lastMutationID: 2, next: 'poke' })
    client.push(...mutations, client.mutation('restock', { title: 'tea', by: 1 }))
    await client.outcome(3)
    expect(client.query('SELECT stock FROM items')).toEqual([{ stock: 6 }])
  })

  test('a client that lost the answer gets it with the welcome', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    client.push(client.mutation('addItem', { title: 'tea' }), client.mutation('explode', { title: 'x' }))
    client.line.hangUp()
    const watcher = await setting.client('watcher')
    await watcher.reach(2)
    client.line = Line.inProcess(setting.room)
    expect(await client.greet()).toMatchObject({ lastMutationID: 2 })
    expect(client.outcomes.get(1)?.outcome).toMatchObject({ ok: true })
    expect(client.outcomes.get(2)?.outcome).toMatchObject({ ok: false, message: 'boom' })
  })

  test('a gap is refused, and nothing after it runs', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    client.push(client.mutation('addItem', { title: 'tea' }), client.mutation('addItem', { title: 'x' }, { mutationID: 3 }))
    expect(await client.outcome(1)).toMatchObject({ ok: true })
    // The outcome of what ran comes no sooner than the refusal; both are in order.
    expect(await client.refusal()).toMatchObject({ code: 'mutation-gap' })
    expect(setting.room.position.version).toBe(1)
  })
})

describe('a forked client', () => {
  test('is told by another seed under its last mutationID, and nothing of its push runs', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    await client.call('addItem', { title: 'tea' })
    client.push(
      client.mutation('addItem', { title: 'coffee' }, { mutationID: 1, seed: 'other' }),
      client.mutation('addItem', { title: 'milk' }),
    )
    expect(await client.refusal()).toMatchObject({ code: 'client-forked' })
    expect(setting.room.position.version).toBe(1)
  })

  test('is told by another seed under an older one', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    await client.call('addItem', { title: 'tea' })
    await client.call('addItem', { title: 'coffee' })
    client.push(client.mutation('addItem', { title: 'milk' }, { mutationID: 1, seed: 'other' }))
    expect(await client.refusal()).toMatchObject({ code: 'client-forked' })
  })

  test('is let in, and finds out by the seeds of the outcomes that it gets', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    await client.call('addItem', { title: 'tea' })
    const copy = new TestClient(Line.inProcess(setting.room))
    copy.adopt(null, { epoch: setting.room.position.epoch, version: 0 })
    expect(await copy.greet({ issued: 0 })).toMatchObject({ lastMutationID: 1, next: 'poke' })
    expect(copy.outcomes.get(1)?.seed).toBe('client-1/1')
  })
})

describe('identity', () => {
  test('[G9] a clientID belongs to who first used it', async () => {
    const setting = await openTestRoom()
    const ada = await setting.client('shared', { identity: 'ada' })
    const early = new TestClient(Line.inProcess(setting.room, { identity: 'eve' }), 'shared')
    early.sayHello()
    expect(await early.refusal()).toMatchObject({ code: 'unauthorized' })
    await ada.call('addItem', { title: 'tea' })
    ada.line.hangUp()
    const late = new TestClient(Line.inProcess(setting.room, { identity: 'eve' }), 'shared')
    late.sayHello({ issued: 1 })
    expect(await late.refusal()).toMatchObject({ code: 'unauthorized' })
  })

  test('a newer line of the same client takes the place of the older one, which is told that it is a copy', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    const older = client.line
    client.line = Line.inProcess(setting.room)
    await client.greet()
    expect(await older.ended()).toBe('client-forked')
    expect(await client.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })
})

describe('frames that are not of the protocol', () => {
  const hello = {
    type: 'hello',
    protocol: 1,
    clientID: 'c',
    schema: { name: 'shop', version: 1, hash: 'x' },
    base: null,
    confirmed: 0,
    issued: 0,
  }
  test.each([
    ['garbage', 'garbage', 'bad-message'],
    ['half a frame', '{"type":"hel', 'bad-message'],
    ['an unknown type', '{"type":"nonsense"}', 'bad-message'],
    ['a push before hello', '{"type":"push","mutations":[],"confirmed":0}', 'bad-message'],
    ['too long', 'x'.repeat(1024 * 1024 + 1), 'frame-too-large'],
    ['another protocol', JSON.stringify({ ...hello, protocol: 99 }), 'protocol-version'],
    ['another schema', JSON.stringify(hello), 'schema-mismatch'],
  ])('%s', async (_, frame, code) => {
    const setting = await openTestRoom()
    const other = await setting.client('other')
    const client = new TestClient(Line.inProcess(setting.room))
    client.line.send(frame)
    expect(await client.refusal()).toMatchObject({ code })
    expect(await other.call('addItem', { title: 'tea' })).toMatchObject({ ok: true })
  })

  test('a schema mismatch names both sides', async () => {
    const setting = await openTestRoom()
    const client = new TestClient(Line.inProcess(setting.room))
    client.sayHello({ schema: { name: 'shop', version: 7, hash: 'abc' } })
    expect((await client.refusal()).message).toMatch(/"shop" version 7 .*"shop" version 1/)
  })

  test('a ping is answered at once', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    client.line.send('{"type":"ping","confirmed":0}')
    await client.expect('pong')
  })
})

describe('[G10] a client that does not read', () => {
  test('is cut off, and the others never wait', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    const slow = { frames: 0, cut: false, bufferedBytes: 0 }
    const { position } = setting.room
    const line = setting.room.connect(
      {
        send: () => {
          slow.frames++
        },
        close: () => {},
        cut: () => {
          slow.cut = true
        },
        get bufferedBytes() {
          return slow.bufferedBytes
        },
      },
      { identity: '', auth: undefined },
    )
    const { name, version, hash } = setting.room.schema
    const base = { epoch: position.epoch, version: 0 }
    line.receive(
      JSON.stringify({ type: 'hello', protocol: 1, clientID: 'slow', schema: { name, version, hash }, base, confirmed: 0, issued: 0 }),
    )
    await client.call('addItem', { title: 'tea' })
    expect(slow).toMatchObject({ frames: 3, cut: false })
    slow.bufferedBytes = LIMITS.socketBufferBytes.standard + 1
    await client.call('addItem', { title: 'milk' })
    expect(slow.cut).toBe(true)
    await client.call('addItem', { title: 'salt' })
    expect(slow.frames).toBe(3)
    expect(setting.events).toContainEqual(expect.objectContaining({ event: 'client-cut' }))
  })

  test('[G6] however little may wait, a catch-up is sent whole, in as many frames as it takes', async () => {
    const setting = await openTestRoom({ socketBufferBytes: 1 })
    // Who they are is what the mutator returns.
    const client = await setting.client('long', { auth: 'x'.repeat(200_000) })
    for (let i = 1; i <= 60; i++) await client.call('whoAmI')
    client.line.hangUp()
    const waiting = { frames: [] as string[], bytes: 0, cut: false }
    const { name, version, hash } = setting.room.schema
    const base = { epoch: setting.room.position.epoch, version: 0 }
    const line = setting.room.connect(
      {
        send(frame) {
          waiting.frames.push(JSON.parse(frame).type)
          waiting.bytes += frame.length
        },
        close() {},
        cut() {
          waiting.cut = true
        },
        get bufferedBytes() {
          return waiting.bytes
        },
      },
      { identity: '', auth: undefined },
    )
    const schema = { name, version, hash }
    line.receive(JSON.stringify({ type: 'hello', protocol: 1, clientID: client.clientID, schema, base, confirmed: 0, issued: 60 }))
    const watcher = await setting.client('watcher')
    expect(waiting.frames.slice(0, 3)).toEqual(['welcome', 'poke', 'poke'])
    expect(waiting.cut).toBe(false)
    // What comes on top of what has not been read yet is another thing.
    await watcher.call('addItem', { title: 'tea' })
    expect(waiting.cut).toBe(true)
  })

  test('[G10] who pushes more than is taken is told so, and what was taken runs', async () => {
    const setting = await openTestRoom()
    const client = await setting.client()
    for (let i = 0; i < 11; i++) client.push(...Array.from({ length: 1000 }, () => client.mutation('whoAmI')))
    expect(await client.refusal()).toMatchObject({ code: 'overloaded' })
    const watcher = await setting.client('watcher')
    await watcher.reach(10_000)
  })
})
