import { expect, test } from 'vitest'
import { HandTime } from './hand-time.contract.ts'
import { LabClock } from './lab-clock.ts'

function setUp() {
  const real = new HandTime()
  const clock = new LabClock(real)
  const heard: string[] = []
  const plan = (name: string, ms: number, isSeen = true) => clock.after(ms, () => heard.push(`${name} at ${clock.now()}`), isSeen)
  return { real, clock, heard, plan }
}

test('what is planned runs in order, each at its own time', () => {
  const { real, heard, plan } = setUp()
  plan('later', 300)
  plan('sooner', 100)
  plan('as soon', 100)
  real.pass(299)
  expect(heard).toEqual(['sooner at 100', 'as soon at 100'])
  real.pass(1)
  expect(heard).toEqual(['sooner at 100', 'as soon at 100', 'later at 300'])
})

test('what is cancelled does not run', () => {
  const { real, heard, plan } = setUp()
  plan('first', 100)()
  real.pass(200)
  expect(heard).toEqual([])
})

test('time runs as fast as it is told, from where it is', () => {
  const { real, clock, heard, plan } = setUp()
  plan('tea', 1000)
  real.pass(500)
  clock.setSpeed(10)
  real.pass(49)
  expect(heard).toEqual([])
  real.pass(1)
  expect(heard).toEqual(['tea at 1000'])
})

test('nothing happens while it stands still', () => {
  const { real, clock, heard, plan } = setUp()
  plan('tea', 100)
  clock.pause()
  real.pass(10_000)
  expect([clock.now(), heard]).toEqual([0, []])
  clock.resume()
  real.pass(100)
  expect(heard).toEqual(['tea at 100'])
})

test('a step goes to the next thing that can be seen, does what is due until then, and halts', () => {
  const { real, clock, heard, plan } = setUp()
  clock.pause()
  plan('unseen', 50, false)
  plan('seen', 4000)
  plan('with it', 4000)
  plan('next', 4001)
  expect(clock.step()).toBe(true)
  real.pass(10_000)
  expect(heard).toEqual(['unseen at 50', 'seen at 4000', 'with it at 4000'])
  expect([clock.now(), clock.isPaused]).toEqual([4000, true])
})

test('a step without anything to come does nothing', () => {
  const { clock, plan } = setUp()
  plan('unseen', 50, false)
  expect(clock.step()).toBe(false)
  expect(clock.isPaused).toBe(false)
})

test('what plans more in its turn does so from its own time, however late the machine is', () => {
  const { real, clock, heard, plan } = setUp()
  clock.after(100, () => plan('then', 50))
  real.pass(500)
  expect(heard).toEqual(['then at 150'])
})
