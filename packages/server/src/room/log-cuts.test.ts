import { expect, test } from 'vitest'
import { type Retention, readRetention } from '../retention.ts'
import { TestWorld } from '../testing/test-world.ts'
import { LogCuts } from './log-cuts.ts'

function cutsOf(retention: Partial<Retention>) {
  const world = new TestWorld()
  const cuts = new LogCuts({ retention: readRetention(retention), world })
  /** Cuts as much as is to be cut. Returns where the log is whole then, or null if it was not time. */
  const cut = (version: number, isDone = true) => {
    const due = cuts.due(version)
    if (due === null) return null
    const floor = Math.max(0, due.floor)
    cuts.cut(due, { floor, isDone })
    return floor
  }
  return { world, cuts, cut }
}

test('a room that was opened is looked at with its first batch, and then when its log has grown by a thousand versions', () => {
  const { cut } = cutsOf({ versions: 5000 })
  expect([7000, 7999, 8000, 8001].map((version) => cut(version))).toEqual([2000, null, 3000, null])
})

test('a log of few versions is at most twice as long as it is kept', () => {
  const { cut } = cutsOf({ versions: 3 })
  expect([1, 2, 3, 4, 5, 6, 7].map((version) => cut(version))).toEqual([0, null, null, null, null, 3, null])
})

test('time alone makes it due, each minute, or as often as what is kept for less grows too old', () => {
  const { world, cuts } = cutsOf({ ageMs: 10_000, outcomes: 7, outcomesAgeMs: 20_000 })
  const now = world.time
  expect(cuts.due(5)).toEqual({ floor: -99_995, since: now - 10_000, outcomes: 7, outcomesSince: now - 20_000 })
  world.advance(9_999)
  expect(cuts.due(6)).toBeNull()
  world.advance(1)
  expect(cuts.due(6)).toMatchObject({ since: now, outcomesSince: now - 10_000 })
  const standard = cutsOf({})
  standard.cut(1)
  standard.world.advance(59_999)
  expect(standard.cut(2)).toBeNull()
  standard.world.advance(1)
  expect(standard.cut(2)).toBe(0)
})

test('what was left for the next time is cut after the next batch', () => {
  const { cut } = cutsOf({})
  expect([cut(1, false), cut(2), cut(3)]).toEqual([0, 0, null])
})

test('a log that will not be cut is asked again when it has grown as much once more', () => {
  const { cuts } = cutsOf({ versions: 1000 })
  const due = cuts.due(3000)
  if (due !== null) cuts.cut(due, { floor: 0, isDone: true })
  expect(cuts.due(3999)).toBeNull()
  expect(cuts.due(4000)).toMatchObject({ floor: 3000 })
})
