import { expect, test } from 'vitest'
import type { TraceEvent } from '../trace/trace-event.ts'
import { chaosTrace, threeClientsTrace } from './example-trace.contract.ts'
import { FIRST_LEVEL, layOut, yAt } from './lay-out.ts'

const ROOM = { line: [8, 8], label: [7, 7] } as const
const tick = (at: number, node = 'a'): TraceEvent => ({ at, node, type: 'failed', error: '' })

test.each([
  ['three clients', threeClientsTrace()],
  ['chaos', chaosTrace('5', 1000)],
])('what comes later is never above what came before, nor an arrival above its sending: %s', (_, events) => {
  for (const { ys, height } of layOut(events, () => ROOM)) {
    const sent = new Map<number, number>()
    let before = { at: 0, low: 0 }
    events.forEach((event, i) => {
      const y = ys[i] ?? Number.NaN
      if (event.at > before.at) expect(y).toBeGreaterThanOrEqual(before.low)
      before = { at: event.at, low: Math.max(before.low, y) }
      if (event.type === 'sent') sent.set(event.message, y)
      if (event.type === 'received') expect(y).toBeGreaterThanOrEqual(sent.get(event.message) ?? 0)
    })
    expect(height).toBeGreaterThan(before.low)
  }
})

test('things in one lane do not touch, and those in two stand side by side', () => {
  const events = [tick(0), tick(0), tick(0, 'b'), tick(1), tick(5000)]
  const { ys } = layOut(events, () => ROOM)[FIRST_LEVEL] ?? { ys: [] }
  expect(ys[1]).toBe((ys[0] ?? 0) + 16)
  expect(ys[2]).toBe(ys[0])
  expect(ys[3]).toBeGreaterThanOrEqual((ys[1] ?? 0) + 16)
})

test('time goes down evenly where there is room, and a long time without events is cut short', () => {
  const events = [...Array.from({ length: 11 }, (_, i) => tick(i * 1000)), tick(3_600_000)]
  const level = layOut(events, () => ROOM)[FIRST_LEVEL]
  if (!level) throw new Error('There is no first level.')
  const steps = level.ys.slice(1).map((y, i) => y - (level.ys[i] ?? 0))
  expect(Math.max(...steps.slice(0, 10)) - Math.min(...steps.slice(0, 10))).toBeLessThanOrEqual(1)
  expect(steps[10]).toBeLessThan(400)
  expect(yAt(events, level, 1500)).toBeCloseTo(((level.ys[1] ?? 0) + (level.ys[2] ?? 0)) / 2, -1)
  expect(yAt(events, level, 2000)).toBe(level.ys[2])
})
