import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkPlan } from '../scenario/scenario.ts'
import { Link } from './link.ts'

const PLACE = { seed: 's', client: 'alice', direction: 'up', connection: 1 } as const

interface Arrived {
  readonly at: number
  readonly frame: number
}

/** Takes all that arrives until `until`, at the times that the link names. */
function drain(link: Link<number>, until: number): Arrived[] {
  const arrived: Arrived[] = []
  while (link.nextAt <= until) {
    const at = link.nextAt
    arrived.push(...link.take(at).map((frame) => ({ at, frame })))
  }
  return arrived
}

const plans: fc.Arbitrary<LinkPlan> = fc.record(
  {
    latency: fc.oneof(
      fc.integer({ min: 0, max: 500 }),
      fc.constant({ uniform: [5, 200] as const }),
      fc.constant({ heavyTail: { median: 40, spread: 1, max: 5000 } }),
      fc.constantFrom('lan' as const, '3g' as const, 'flaky-train' as const).map((profile) => ({ profile })),
    ),
    loss: fc.double({ min: 0, max: 0.5, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 1, noNaN: true }),
    bytesPerSecond: fc.integer({ min: 100, max: 1_000_000 }),
  },
  { requiredKeys: ['latency'] },
)

type Step = {
  readonly do: 'send' | 'hold-partition' | 'release-partition' | 'hold-slow-reader' | 'release-slow-reader'
  readonly after: number
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.oneof(
      { weight: 6, arbitrary: fc.constant('send' as const) },
      fc.constantFrom('hold-partition' as const, 'release-partition' as const, 'hold-slow-reader' as const, 'release-slow-reader' as const),
    ),
    after: fc.integer({ min: 0, max: 300 }),
  }),
  { maxLength: 60 },
)

/** Frame n is the nth that was sent. At the end every obstacle is gone. */
function run(plan: LinkPlan, script: readonly Step[], seed = 's'): { arrived: Arrived[]; sentAt: number[]; end: number } {
  const link = new Link<number>(plan, { ...PLACE, seed })
  const arrived: Arrived[] = []
  const sentAt: number[] = []
  let now = 0
  for (const step of script) {
    const then = now + step.after
    arrived.push(...drain(link, then))
    now = then
    if (step.do === 'send') link.send(now, 200, sentAt.push(now) - 1)
    else if (step.do === 'hold-partition') link.hold(now, 'partition')
    else if (step.do === 'release-partition') link.release(now, 'partition')
    else if (step.do === 'hold-slow-reader') link.hold(now, 'slow-reader')
    else link.release(now, 'slow-reader')
  }
  for (let i = 0; i < script.length; i++) {
    link.release(now, 'partition')
    link.release(now, 'slow-reader')
  }
  arrived.push(...drain(link, Number.MAX_SAFE_INTEGER))
  expect(link.queuedBytes(Number.MAX_SAFE_INTEGER)).toBe(0)
  return { arrived, sentAt, end: now }
}

describe('whatever the line is like', () => {
  test('frames arrive in order, after they were sent, and none is lost', () => {
    fc.assert(
      fc.property(plans, steps, (plan, script) => {
        const { arrived, sentAt } = run(plan, script)
        for (const [i, { at, frame }] of arrived.entries()) {
          const before = arrived[i - 1]
          if (before) expect([at >= before.at, frame >= before.frame]).toEqual([true, true])
          expect(at).toBeGreaterThanOrEqual(sentAt[frame] ?? Number.NaN)
        }
        expect([...new Set(arrived.map(({ frame }) => frame))]).toEqual(sentAt.map((_, i) => i))
        const most = plan.duplicate === undefined || plan.duplicate === 0 ? 1 : 2
        expect(arrived.length).toBeLessThanOrEqual(sentAt.length * most)
      }),
    )
  })

  test('the same seed makes the same times', () => {
    fc.assert(
      fc.property(plans, steps, fc.string(), (plan, script, seed) => {
        expect(run(plan, script, seed).arrived).toEqual(run(plan, script, seed).arrived)
      }),
    )
  })

  test('what one of the chances draws shifts no other', () => {
    const script = Array.from({ length: 50 }, () => ({ do: 'send' as const, after: 60_000 }))
    const plain = run({ latency: { profile: '3g' }, loss: 0 }, script)
    const repeated = run({ latency: { profile: '3g' }, loss: 0, duplicate: 1 }, script)
    expect(repeated.arrived.filter((_, i) => i % 2 === 0)).toEqual(plain.arrived)
    const lossy = run({ latency: { profile: '3g' }, loss: 0.3 }, script)
    const late = lossy.arrived.map(({ at }, i) => Math.round(at - (plain.arrived[i]?.at ?? 0)))
    // 200 ms, then 400 more, then 800 more …
    expect(late.filter((ms) => ![0, 200, 600, 1400, 3000, 6200, 12600].includes(ms))).toEqual([])
    expect(new Set(late).size).toBeGreaterThan(2)
  })
})

test('the mean latency is the distribution’s', () => {
  const link = new Link<number>({ latency: { heavyTail: { median: 40, spread: 0.5, max: 5000 } } }, PLACE)
  let sum = 0
  const frames = 5000
  for (let i = 0; i < frames; i++) {
    link.send(i * 10_000, 100, i)
    for (const { at } of drain(link, (i + 1) * 10_000)) sum += at - i * 10_000
  }
  expect(Math.abs(sum / frames / (40 * Math.exp(0.125)) - 1)).toBeLessThan(0.05)
})

test('a slow line sends one frame after the other, and says what waits', () => {
  const link = new Link<number>({ latency: 10, bytesPerSecond: 1000 }, PLACE)
  for (const frame of [0, 1, 2]) link.send(0, 500, frame)
  expect([link.queuedBytes(0), link.queuedBytes(600), link.queuedBytes(1500)]).toEqual([1500, 1000, 0])
  expect(drain(link, 5000)).toEqual([
    { at: 510, frame: 0 },
    { at: 1010, frame: 1 },
    { at: 1510, frame: 2 },
  ])
})

test('in a partition nothing passes, also of what was under way; afterwards it is sent again', () => {
  const link = new Link<number>({ latency: 50 }, PLACE)
  link.send(0, 100, 0)
  link.hold(20, 'partition')
  link.send(30, 100, 1)
  expect([link.nextAt, link.queuedBytes(1000)]).toEqual([Number.POSITIVE_INFINITY, 200])
  link.release(1000, 'partition')
  expect(drain(link, 5000)).toEqual([
    { at: 1050, frame: 0 },
    { at: 1050, frame: 1 },
  ])
})

test('a second partition during the first: the last to go lets things pass', () => {
  const link = new Link<number>({ latency: 50 }, PLACE)
  link.hold(0, 'partition')
  link.hold(10, 'partition')
  link.send(20, 100, 0)
  link.release(100, 'partition')
  expect(link.nextAt).toBe(Number.POSITIVE_INFINITY)
  link.release(200, 'partition')
  expect(link.nextAt).toBe(250)
})

test('what a reader left unread is there at once when it goes on', () => {
  const link = new Link<number>({ latency: 50 }, PLACE)
  link.hold(0, 'slow-reader')
  link.send(0, 100, 0)
  link.send(980, 100, 1)
  expect(link.queuedBytes(990)).toBe(200)
  link.release(1000, 'slow-reader')
  expect(drain(link, 5000)).toEqual([
    { at: 1000, frame: 0 },
    { at: 1030, frame: 1 },
  ])
})

test('what is repeated late comes once more behind later frames, which it does not delay', () => {
  const link = new Link<number>({ latency: 10 }, PLACE)
  link.repeatsLate = true
  for (let frame = 0; frame < 20; frame++) link.send(frame * 100, 100, frame)
  link.repeatsLate = false
  link.send(2000, 100, 20)
  const arrived = drain(link, 10_000)
  const times = (frame: number) => arrived.flatMap((one) => (one.frame === frame ? [one.at] : []))
  for (let frame = 0; frame < 20; frame++) {
    const [first, second, ...more] = times(frame)
    expect([first, more]).toEqual([frame * 100 + 10, []])
    expect(second).toBeGreaterThan(first ?? 0)
  }
  expect(times(20)).toEqual([2010])
  expect(arrived.some(({ frame }, i) => i > 0 && frame < (arrived[i - 1]?.frame ?? 0))).toBe(true)
})

test('what is repeated late never comes before what it repeats, whatever is in the way', () => {
  const link = new Link<number>({ latency: 50 }, PLACE)
  link.repeatsLate = true
  for (let frame = 0; frame < 20; frame++) link.send(frame, 100, frame)
  link.hold(55, 'partition')
  link.hold(56, 'slow-reader')
  link.release(1000, 'slow-reader')
  link.release(1200, 'partition')
  const frames = drain(link, 10_000).map(({ frame }) => frame)
  expect(frames).toHaveLength(40)
  expect(frames.filter((frame, i) => frames.indexOf(frame) === i)).toEqual(Array.from({ length: 20 }, (_, frame) => frame))
})

test('a line that is lost takes what was under way with it, and all that follows, and the sender’s buffer grows', () => {
  const link = new Link<number>({ latency: 50, duplicate: 1 }, PLACE)
  link.send(0, 100, 0)
  link.send(0, 100, 1)
  expect(link.lose()).toEqual([0, 1])
  expect(link.send(10, 100, 2)).toBe(false)
  expect([link.nextAt, link.queuedBytes(1000)]).toEqual([Number.POSITIVE_INFINITY, 300])
})

test('a train’s silences are the same in both directions and for the next connection', () => {
  const plan: LinkPlan = { latency: { profile: 'flaky-train' }, loss: 0, bytesPerSecond: 1e9 }
  const stalls = (direction: 'up' | 'down', connection: number) => {
    const link = new Link<number>(plan, { seed: 's', client: 'alice', direction, connection })
    const ends = []
    for (let at = 0; at < 60_000; at += 100) {
      link.send(at, 1, at)
      if (link.queuedBytes(at + 50) > 0) ends.push(at)
      drain(link, at + 100)
    }
    return ends
  }
  expect(stalls('up', 1).length).toBeGreaterThan(20)
  expect(stalls('down', 2)).toEqual(stalls('up', 1))
})
