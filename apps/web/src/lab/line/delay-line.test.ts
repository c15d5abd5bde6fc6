import { expect, test } from 'vitest'
import { HandTime } from '../time/hand-time.contract.ts'
import { LabClock } from '../time/lab-clock.ts'
import { DelayLine } from './delay-line.ts'

function setUp(delayMs: number) {
  const real = new HandTime()
  const clock = new LabClock(real)
  const delay = { ms: delayMs }
  const line = new DelayLine(clock, () => delay.ms)
  const arrived: string[] = []
  const send = (name: string) => line.deliver(() => arrived.push(name), true)
  return { real, delay, line, arrived, send }
}

test('what goes in comes out after the delay, and says when', () => {
  const { real, arrived, send } = setUp(300)
  expect(send('a')).toBe(300)
  real.pass(299)
  expect(arrived).toEqual([])
  real.pass(1)
  expect(arrived).toEqual(['a'])
})

test('without a delay it is there at once', () => {
  const { arrived, send } = setUp(0)
  send('a')
  expect(arrived).toEqual(['a'])
})

test('order is kept when the delay shrinks', () => {
  const { real, delay, arrived, send } = setUp(1000)
  send('slow')
  delay.ms = 0
  expect(send('fast')).toBe(1000)
  real.pass(1000)
  expect(arrived).toEqual(['slow', 'fast'])
})

test('what is under way when it is cut is lost, and so is all after it', () => {
  const { real, line, arrived, send } = setUp(100)
  send('a')
  line.cut()
  send('b')
  real.pass(1000)
  expect(arrived).toEqual([])
})
