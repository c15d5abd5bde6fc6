import { describe, expect, test } from 'vitest'
import { Play, poke, welcome } from '../testing/client-play.contract.ts'
import { IN_FLIGHT_MAX } from './client-machine.ts'

describe('the usual way', () => {
  test('start, hello, welcome, poke, live, push what the server has not seen', () => {
    const play = new Play().do({ type: 'start' })
    expect(play.kinds).toContain('connect')
    expect(play.do({ type: 'opened' }).effects[0]).toMatchObject({
      type: 'send',
      message: { type: 'hello', protocol: 1, clientID: 'c', base: { epoch: 'e', version: 7 }, confirmed: 3, issued: 5 },
    })
    play.receive(welcome(), poke(7, 9))
    expect(play.effects.at(-1)).toMatchObject({ type: 'apply', lastMutationID: 4, adopt: false })
    play.do({ type: 'applied', confirmed: 4, issued: 5 })
    expect(play.state.stage.name).toBe('live')
    expect(play.effects).toEqual([{ type: 'push', after: 4, count: 1 }])
    expect(play.do({ type: 'pushed', through: 5 }).effects).toEqual([])
  })

  test('pokes follow each other; an older one is dropped; a gap starts over', () => {
    const play = new Play().live()
    expect(play.receive(poke(9, 12)).effects).toMatchObject([{ type: 'apply', epoch: 'e' }])
    expect(play.receive(poke(9, 12)).effects).toEqual([])
    expect(play.receive(poke(14, 15)).kinds).toContain('disconnect')
    expect(play.state.stage.name).not.toBe('live')
  })

  test('mutations are pushed as they become durable, up to the limit in flight', () => {
    const play = new Play().live().do({ type: 'pushed', through: 5 })
    expect(play.do({ type: 'issued', issued: 6 }).effects).toEqual([{ type: 'push', after: 5, count: 1 }])
    play.do({ type: 'pushed', through: 6 })
    const many = play.do({ type: 'issued', issued: 100_000 })
    expect(many.effects).toEqual([{ type: 'push', after: 6, count: 4 + IN_FLIGHT_MAX - 6 }])
    expect(many.do({ type: 'pushed', through: 4 + IN_FLIGHT_MAX }).effects).toEqual([])
    expect(many.do({ type: 'applied', confirmed: 104, issued: 100_000 }).effects).toEqual([
      { type: 'push', after: 4 + IN_FLIGHT_MAX, count: 100 },
    ])
  })

  test('nothing is pushed before the catch-up is applied, since it may renumber what is pending', () => {
    const play = new Play().do({ type: 'start' }, { type: 'opened' }).receive(welcome({ lastMutationID: 1 }), poke(7, 9))
    expect(play.do({ type: 'issued', issued: 6 }).effects).toEqual([])
    expect(play.do({ type: 'applied', confirmed: 1, issued: 3 }).effects).toEqual([{ type: 'push', after: 1, count: 2 }])
  })
})

describe('bootstrap', () => {
  test('a snapshot is fetched, hello is said with it, and its poke adopts it', () => {
    const play = new Play({ base: null }).do({ type: 'start' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
    expect(play.kinds).toContain('fetch-snapshot')
    play.do({ type: 'fetched', base: { epoch: 'e', version: 20 } })
    expect(play.effects[0]).toMatchObject({ message: { type: 'hello', base: { epoch: 'e', version: 20 } } })
    play.receive(welcome(), poke(20, 21))
    expect(play.effects.at(-1)).toMatchObject({ type: 'apply', adopt: true, epoch: 'e' })
    expect(play.state.base).toEqual({ epoch: 'e', version: 21 })
  })

  test('pokes that come while it is fetched are dropped', () => {
    const play = new Play()
      .live()
      .do({ type: 'diverged' }, { type: 'opened' })
      .receive(welcome({ next: 'snapshot' }))
    expect(play.receive(poke(9, 10)).effects).toEqual([])
  })

  test('a fetch that fails is tried again later; a fetched snapshot survives the cut of the socket', () => {
    const play = new Play({ base: null }).do({ type: 'start' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
    expect(play.do({ type: 'fetch-failed' }).state.stage.name).toBe('offline')
    play.do({ type: 'timer', timer: 'retry' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
    play.do(
      { type: 'fetched', base: { epoch: 'e', version: 20 } },
      { type: 'closed' },
      { type: 'timer', timer: 'retry' },
      { type: 'opened' },
    )
    expect(play.effects[0]).toMatchObject({ message: { base: { version: 20 } } })
  })

  test('a second snapshot is fetched if the first has become too old', () => {
    const play = new Play({ base: null }).do({ type: 'start' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
    play.do({ type: 'fetched', base: { epoch: 'old', version: 20 } }).receive(welcome({ next: 'snapshot' }))
    expect(play.kinds).toContain('fetch-snapshot')
    expect(play.state.staged).toBeNull()
  })
})

test('[G1] outcomes are asked for from the start where the room is another incarnation: IDs before may mean other mutations there', () => {
  const confirmedWith = (epoch: string) => {
    const play = new Play().do({ type: 'start' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
    play.do({ type: 'fetched', base: { epoch, version: 20 } })
    const [hello] = play.effects
    return hello?.type === 'send' && hello.message.type === 'hello' ? hello.message.confirmed : undefined
  }
  expect(confirmedWith('e')).toBe(3)
  expect(confirmedWith('another')).toBe(0)
})

describe('when the line fails', () => {
  test('attempts wait longer each time, up to a limit, and a steady line starts afresh', () => {
    const play = new Play()
    const delays: number[] = []
    play.do({ type: 'start' })
    for (let i = 0; i < 12; i++) {
      play.do({ type: 'closed' })
      delays.push(...play.effects.flatMap((effect) => (effect.type === 'set-timer' && effect.timer === 'retry' ? [effect.ms] : [])))
      play.do({ type: 'timer', timer: 'retry' })
    }
    expect(delays.slice(0, 3)).toEqual([250, 500, 1000])
    expect(delays.at(-1)).toBe(30_000)
    play
      .do({ type: 'opened' })
      .receive(welcome(), poke(7, 9))
      .do({ type: 'applied', confirmed: 4, issued: 5 }, { type: 'timer', timer: 'heartbeat' })
    expect(play.state.attempts).toBe(0)
  })

  test.each<[string, { retryAfterMs?: number }, number[]]>([
    ['is sent away for what another did, and may come back at once, waits no longer each time', { retryAfterMs: 0 }, [250, 250, 250]],
    ['is sent away again and again, waits longer each time', {}, [250, 500, 1000]],
  ])('a client that %s', (_, wait, expected) => {
    const play = new Play().live()
    const delays = expected.map(() => {
      play.receive({ type: 'refusal', code: 'unavailable', message: 'because', ...wait })
      const [retry] = play.effects.flatMap((effect) => (effect.type === 'set-timer' && effect.timer === 'retry' ? [effect.ms] : []))
      play.do({ type: 'timer', timer: 'retry' }, { type: 'opened' })
      const { version = 0 } = play.state.base ?? {}
      play.receive(welcome(), poke(version, version)).do({ type: 'applied', confirmed: 4, issued: 4 })
      return retry
    })
    expect(delays).toEqual(expected)
  })

  test('a socket that is never welcomed is given up', () => {
    const play = new Play().do({ type: 'start' }, { type: 'opened' }, { type: 'timer', timer: 'greeting' })
    expect(play.state.stage.name).toBe('offline')
    expect(play.kinds).toContain('disconnect')
  })

  test('a quiet line is pinged, and given up if it stays quiet', () => {
    const play = new Play().live().do({ type: 'timer', timer: 'heartbeat' })
    expect(play.kinds).toEqual(['set-timer'])
    expect(play.do({ type: 'timer', timer: 'heartbeat' }).effects[0]).toMatchObject({ message: { type: 'ping', confirmed: 4 } })
    expect(play.do({ type: 'timer', timer: 'heartbeat' }).state.stage.name).toBe('offline')
  })

  test('where the device says that its network is gone, the line is asked, and given up soon', () => {
    const play = new Play().live().do({ type: 'network', isThere: false })
    expect(play.effects).toMatchObject([{ message: { type: 'ping' } }, { timer: 'heartbeat', ms: 3000 }])
    expect(play.do({ type: 'timer', timer: 'heartbeat' }).state.stage.name).toBe('offline')
    expect(play.do({ type: 'network', isThere: false }).effects).toEqual([])
    expect(play.do({ type: 'network', isThere: true }).kinds).toContain('connect')
  })

  test('a line that answers outlives what the device says of its network', () => {
    const play = new Play().live().do({ type: 'network', isThere: false }).receive({ type: 'pong' })
    expect(play.do({ type: 'timer', timer: 'heartbeat' }).state.stage.name).toBe('live')
  })

  test('news of the network open no line that nobody asked for', () => {
    expect(new Play().do({ type: 'network', isThere: true }).effects).toEqual([])
    expect(new Play().live().do({ type: 'stop' }, { type: 'network', isThere: true }).effects).toEqual([])
  })

  test('a pong is a sign of life', () => {
    const play = new Play()
      .live()
      .do({ type: 'timer', timer: 'heartbeat' }, { type: 'timer', timer: 'heartbeat' })
      .receive({ type: 'pong' })
    expect(play.do({ type: 'timer', timer: 'heartbeat' }).state.stage.name).toBe('live')
  })

  test('a client that always hears something says a word every other heartbeat: servers give up who is silent', () => {
    const play = new Play().live()
    const pings: number[] = []
    for (let beat = 0; beat < 6; beat++) {
      play.receive(poke(9 + beat, 10 + beat)).do({ type: 'applied', confirmed: 4, issued: 4 }, { type: 'timer', timer: 'heartbeat' })
      if (play.effects.some((effect) => effect.type === 'send' && effect.message.type === 'ping')) pings.push(beat)
    }
    expect(pings).toEqual([1, 3, 5])
    expect(play.state.stage.name).toBe('live')
  })

  test('what was sent on a lost socket is sent again', () => {
    const play = new Play()
      .live()
      .do({ type: 'pushed', through: 5 }, { type: 'closed' }, { type: 'timer', timer: 'retry' }, { type: 'opened' })
    play.receive(welcome({ version: 9 }), poke(9, 9)).do({ type: 'applied', confirmed: 4, issued: 5 })
    expect(play.effects).toEqual([{ type: 'push', after: 4, count: 1 }])
  })
})

test('[G6] a hello that came twice and is answered with a snapshot the second time: no pokes would come any more', () => {
  const play = new Play().live()
  expect(play.receive(welcome()).effects).toEqual([])
  expect(play.receive(welcome({ next: 'snapshot' })).kinds).toContain('connect')
  const fetching = new Play().do({ type: 'start' }, { type: 'opened' }).receive(welcome({ next: 'snapshot' }))
  expect(fetching.receive(welcome({ next: 'snapshot' })).effects).toEqual([])
})

test('stop is final until start', () => {
  const play = new Play().live().do({ type: 'stop' })
  expect(play.kinds).toContain('disconnect')
  expect(play.do({ type: 'closed' }, { type: 'timer', timer: 'retry' }, { type: 'issued', issued: 9 }).effects).toEqual([])
  expect(play.do({ type: 'start' }).kinds).toContain('connect')
})
