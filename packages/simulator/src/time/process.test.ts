import { expect, test } from 'vitest'
import { ProcessKilled } from '../disk/simulated-disk.ts'
import { NodeClock } from './node-clock.ts'
import { Process } from './process.ts'
import { VirtualTime } from './virtual-time.ts'

test('a clock may be off, run fast, and be set', async () => {
  const time = new VirtualTime()
  const [right, wrong] = [new NodeClock(time), new NodeClock(time, { offsetMs: 5000, rate: 1.1 })]
  expect(wrong.now - right.now).toBe(5000)
  time.at(1000, () => {})
  await time.turn()
  expect(Math.round(wrong.now - right.now)).toBe(5100)
  wrong.jump(-10_000)
  expect(Math.round(wrong.now - right.now)).toBe(-4900)
})

test('a timer on a fast clock comes early', async () => {
  const time = new VirtualTime()
  const process = new Process(time, new NodeClock(time, { offsetMs: 0, rate: 2 }))
  let at = 0
  process.after(1000, () => {
    at = time.now
  })
  await time.turn()
  expect(at).toBe(500)
})

test('what a process has asked for does not happen after its end', async () => {
  const time = new VirtualTime()
  const process = new Process(time, new NodeClock(time))
  let ran = false
  process.after(10, () => {
    ran = true
  })
  process.end()
  await time.turn()
  expect(ran).toBe(false)
})

test('being killed in the middle is the end, and no error; another error is one', () => {
  const time = new VirtualTime()
  const process = new Process(time, new NodeClock(time))
  expect(() =>
    process.run(() => {
      throw new Error('a bug')
    }),
  ).toThrow('a bug')
  process.run(() => {
    process.end()
    throw new ProcessKilled()
  })
  expect(process.isAlive).toBe(false)
})
