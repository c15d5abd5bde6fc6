import { expect, test } from 'vitest'
import { APPS } from '../apps/apps.ts'
import { batchOf } from './batch.ts'
import { FAULTS_TO_MEET } from './faults-to-meet.ts'
import { SoakRecord } from './soak-record.ts'

const batches = Array.from({ length: 300 }, (_, n) => batchOf('base', n))

test('a base seed says all of its batches', () => {
  expect(batches).toEqual(Array.from({ length: 300 }, (_, n) => batchOf('base', n)))
  expect(batches).not.toEqual(Array.from({ length: 300 }, (_, n) => batchOf('other', n)))
})

test('apps take turns, and worlds are of all kinds', () => {
  for (const app of Object.keys(APPS)) expect(batches.filter((batch) => batch.app === app)).toHaveLength(300 / Object.keys(APPS).length)
  const options = batches.map((batch) => batch.options)
  const all = (field: keyof (typeof options)[number]) => new Set(options.map((one) => one[field]))
  expect(all('clients').size).toBeGreaterThan(9)
  expect([...all('rooms')].sort()).toEqual([1, 2, 3])
  expect([...all('network')].sort()).toEqual(['3g', '4g', 'flaky-train', 'lan', 'wifi', undefined])
  expect([...all('faults')].sort()).toEqual([false, true])
})

test('a record counts what was met, and names what was not', () => {
  const record = new SoakRecord()
  const [batch] = batches
  if (batch === undefined) throw new Error('there is no batch')
  record.add({ runs: 10, calls: 200, clientMs: 3_600_000, faults: [['cut', 2]] }, batch)
  record.add({ runs: 10, calls: 100, clientMs: 3_600_000, faults: FAULTS_TO_MEET.slice(1).map((name) => [name, 1]) }, batch)
  expect(record).toMatchObject({ runs: 20, calls: 300, missed: [] })
  expect(record.faults.get('cut')).toBe(2)
  expect(record.lines(1000)).toContain('time      2.0 hours of clients, 7200 times as fast as real time')
  expect(new SoakRecord().missed).toEqual(FAULTS_TO_MEET)
})
