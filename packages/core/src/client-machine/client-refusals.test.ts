import { describe, expect, test } from 'vitest'
import { Play, poke, refusal, welcome } from '../testing/client-play.contract.ts'
import type { ClientEffect } from './client-state.ts'

describe('a client that may only read', () => {
  test('follows the room, pushes nothing, and pushes what is pending once it may', () => {
    const play = new Play()
      .do({ type: 'start' }, { type: 'opened' })
      .receive(welcome({ readOnly: { code: 'read-only', message: 'no' } }), poke(7, 9))
    expect(play.do({ type: 'applied', confirmed: 4, issued: 5 }).effects).toEqual([])
    expect(play.do({ type: 'issued', issued: 6 }).effects).toEqual([])
    expect(play.receive(poke(9, 10)).kinds).toEqual(['apply'])
    play.do({ type: 'closed' }, { type: 'timer', timer: 'retry' }, { type: 'opened' }).receive(welcome(), poke(10, 10))
    expect(play.do({ type: 'applied', confirmed: 4, issued: 6 }).effects).toEqual([{ type: 'push', after: 4, count: 2 }])
  })
})

describe('a start while an attempt is under way', () => {
  const CONNECT: ClientEffect = { type: 'connect', fresh: false }

  test.each(['unauthorized', 'expired'] as const)('is not lost if that one is refused as %s, with what was shown before', (code) => {
    const play = new Play().live().receive(refusal('unauthorized')).do({ type: 'start' }, { type: 'opened' }, { type: 'start' })
    expect(play.receive(refusal(code)).effects.map(({ type }) => type)).toContain('connect')
    expect(play.state.stage).toMatchObject({ name: 'greeting' })
    expect(play.do({ type: 'opened' }).receive(refusal('unauthorized')).state.stage).toMatchObject({ name: 'refused' })
  })

  test('shows the refusal until the next answer', () => {
    const play = new Play()
      .live()
      .receive(refusal('unauthorized'))
      .do({ type: 'start' }, { type: 'start' })
      .receive(refusal('unauthorized'))
    expect(play.effects).toContainEqual(CONNECT)
    expect(play.state.stage).toMatchObject({ name: 'greeting', refused: { code: 'unauthorized' } })
  })

  test('by one more that wants the line is nothing: the attempt will do', () => {
    const play = new Play().do({ type: 'ensure-started' }, { type: 'opened' }, { type: 'ensure-started' })
    expect(play.receive(refusal('unauthorized')).state.stage.name).toBe('refused')
    expect(play.do({ type: 'ensure-started' }).effects).toContainEqual(CONNECT)
  })

  test('is nothing to one that gets in', () => {
    const play = new Play().live().receive(refusal('unauthorized')).do({ type: 'start' }, { type: 'opened' }, { type: 'start' })
    play.receive(welcome(), poke(9, 9)).do({ type: 'applied', confirmed: 4, issued: 5 })
    expect(play.state.stage.name).toBe('live')
    expect(play.receive(refusal('unauthorized')).state.stage.name).toBe('refused')
  })
})

describe('a token that has expired', () => {
  const FRESH: ClientEffect = { type: 'connect', fresh: true }
  const relive = (play: Play) => play.do({ type: 'opened' }).receive(welcome(), poke(9, 9)).do({ type: 'applied', confirmed: 4, issued: 5 })

  test('is replaced by a fresh one at once', () => {
    const play = new Play().live().receive(refusal('expired'))
    expect(play.effects[0]).toEqual({ type: 'disconnect' })
    expect(play.effects).toContainEqual(FRESH)
    expect(relive(play).state.stage.name).toBe('live')
  })

  test('once: a fresh one that is refused as well waits for the app', () => {
    const play = new Play().live().receive(refusal('expired')).do({ type: 'opened' }).receive(refusal('expired'))
    expect(play.state.stage).toEqual({ name: 'refused', code: 'expired', message: 'because' })
    expect(play.do({ type: 'timer', timer: 'retry' }, { type: 'closed' }).effects).toEqual([])
    expect(play.do({ type: 'start' }).effects).toContainEqual({ type: 'connect', fresh: false })
    expect(play.do({ type: 'opened' }).receive(refusal('expired')).effects).toContainEqual(FRESH)
  })

  test('is still to be replaced if the line fails meanwhile', () => {
    const play = new Play().live().receive(refusal('expired')).do({ type: 'closed' }, { type: 'timer', timer: 'retry' })
    expect(play.effects).toContainEqual(FRESH)
  })

  test('[G10] over and over, as soon as it has let the client in, is replaced with pauses that grow', () => {
    const play = new Play().live().receive(refusal('expired'))
    const delays: number[] = []
    for (let i = 0; i < 3; i++) {
      relive(play).receive(refusal('expired'))
      expect(play.state.stage.name).toBe('offline')
      delays.push(...play.effects.flatMap((effect) => (effect.type === 'set-timer' ? [effect.ms] : [])))
      expect(play.do({ type: 'timer', timer: 'retry' }).effects).toContainEqual(FRESH)
    }
    expect(delays).toEqual([250, 500, 1000])
    relive(play).do({ type: 'timer', timer: 'heartbeat' }).receive(refusal('expired'))
    expect(play.effects).toContainEqual(FRESH)
  })
})

describe('when the server refuses', () => {
  test.each(['schema-mismatch', 'protocol-version'] as const)('[G6] %s stands until a deployment mends it', (code) => {
    const refused = { name: 'refused', code, message: 'because' }
    const play = new Play().live().receive(refusal(code))
    expect(play.state.stage).toEqual(refused)
    expect(play.effects).toContainEqual({ type: 'set-timer', timer: 'retry', ms: 60_000, jitter: true })
    play.do({ type: 'timer', timer: 'retry' })
    expect(play.state.stage).toEqual({ name: 'greeting', refused })
    expect(play.do({ type: 'opened' }).receive(refusal(code)).state.stage).toEqual(refused)
    play.do({ type: 'timer', timer: 'retry' }, { type: 'opened' }).receive(welcome(), poke(9, 9))
    expect(play.do({ type: 'applied', confirmed: 4, issued: 5 }).state.stage).toEqual({ name: 'live' })
  })

  test.each(['unauthorized', 'bad-room', 'bad-message'] as const)('%s waits for the app', (code) => {
    const play = new Play().live().receive(refusal(code))
    expect(play.state.stage).toEqual({ name: 'refused', code, message: 'because' })
    expect(play.do({ type: 'closed' }, { type: 'timer', timer: 'retry' }).effects).toEqual([])
    expect(play.do({ type: 'start' }).kinds).toContain('connect')
  })

  test.each(['unavailable', 'overloaded', 'read-only', 'going-away', 'mutation-gap', 'client-forked'] as const)(
    '%s tries again later',
    (code) => {
      const play = new Play().live().receive(refusal(code))
      expect(play.state.stage.name).toBe('offline')
      expect(play.effects).toContainEqual(expect.objectContaining({ type: 'set-timer', timer: 'retry', jitter: true }))
    },
  )

  test('[G10] a server that says when it may be asked again is not asked before', () => {
    const play = new Play().live().receive({ type: 'refusal', code: 'overloaded', message: 'because', retryAfterMs: 20_000 })
    expect(play.effects).toContainEqual({ type: 'set-timer', timer: 'retry', ms: 250, jitter: true, after: 20_000 })
  })

  test('client-forked says hello again: the outcomes that follow tell what is whose, and then it takes a new ID', () => {
    const play = new Play().live().receive(refusal('client-forked')).do({ type: 'timer', timer: 'retry' }, { type: 'opened' })
    expect(play.effects[0]).toMatchObject({ message: { type: 'hello', clientID: 'c', confirmed: 4 } })
  })

  test('the catch-up after client-forked asks for a new ID, once', () => {
    const play = new Play().live().receive(refusal('client-forked')).do({ type: 'timer', timer: 'retry' }, { type: 'opened' })
    expect(play.receive(welcome(), poke(9, 9)).effects.at(-1)).toMatchObject({ type: 'apply', fork: true })
    play.do({ type: 'forked', clientID: 'c2', issued: 1 }, { type: 'timer', timer: 'retry' }, { type: 'opened' })
    expect(play.receive(welcome(), poke(9, 9)).effects.at(-1)).toMatchObject({ type: 'apply', fork: false })
  })

  test('a client that has found itself forked greets under its new ID', () => {
    const play = new Play().live().do({ type: 'forked', clientID: 'c2', issued: 1 }, { type: 'opened' })
    expect(play.effects[0]).toMatchObject({ message: { type: 'hello', clientID: 'c2', confirmed: 0, issued: 1 } })
  })

  test('pokes that could not be applied are asked for again', () => {
    const play = new Play()
      .live()
      .receive(poke(9, 12))
      .do({ type: 'not-applied', base: { epoch: 'e', version: 9 } })
    expect(play.do({ type: 'timer', timer: 'retry' }, { type: 'opened' }).effects[0]).toMatchObject({ message: { base: { version: 9 } } })
  })

  test('a mutation that is taken back is not pushed', () => {
    const play = new Play().do({ type: 'withdrawn', issued: 4 }).live().do({ type: 'withdrawn', issued: 4 })
    expect(play.do({ type: 'issued', issued: 4 }).effects).toEqual([])
  })

  test('a base that keeps diverging is not fetched in a hot loop', () => {
    const play = new Play().live().do({ type: 'diverged' })
    expect(play.kinds).toContain('connect')
    expect(play.state.base).toBeNull()
    play
      .do({ type: 'opened' })
      .receive(welcome({ next: 'snapshot' }))
      .do({ type: 'fetched', base: { epoch: 'e', version: 9 } })
    play.receive(welcome(), poke(9, 9)).do({ type: 'applied', confirmed: 4, issued: 5 }, { type: 'diverged' })
    expect(play.state.stage.name).toBe('offline')
  })
})
