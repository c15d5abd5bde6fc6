import { expect, test } from 'vitest'
import { checkRoom } from './check-room.ts'
import { OutsideRecord } from './outside-record.ts'

const hear = (record: OutsideRecord, id: string, heard: 'confirmed' | 'refused') =>
  record.write({ type: 'heard', id, heard, isNews: true }, 0)

/** Three calls of one client, the third to be refused, all acknowledged. */
function record(): OutsideRecord {
  const record = new OutsideRecord()
  for (const n of [1, 2, 3]) {
    record.write({ type: 'called', id: `a-${n}`, room: 'room', client: 'a', n, refused: n === 3, lasts: true }, 0)
    hear(record, `a-${n}`, n === 3 ? 'refused' : 'confirmed')
  }
  return record
}
const room = (numbers: number[], count = numbers.length) => ({
  marks: numbers.map((n) => ({ id: `a-${n}`, client: 'a', n })),
  counters: new Map([['a', count]]),
})

test('what is as it was written down passes', () => {
  expect(checkRoom(record(), 'room', room([1, 2]))).toEqual({ lost: 0, doubled: 0, problems: [] })
})

test.each([
  ['lost', room([1]), { lost: 1, problems: ['a-2 is lost; its client heard: confirmed'] }],
  ['doubled', room([1, 2, 2]), { doubled: 1, problems: ['a-2 comes after number 2 of the same client', 'a-2 is there 2 times'] }],
  ['out of order', room([2, 1]), { problems: ['a-1 comes after number 2 of the same client'] }],
  ['half done', room([1, 2], 3), { problems: ['a counts 3, and has 2 rows'] }],
  ['refused, and there', room([1, 2, 3]), { problems: ['a-3 was to be refused; it is there, and its client heard: refused'] }],
  ['from nowhere', room([1, 2, 9]), { problems: ['a-9 is there, and nobody has called it'] }],
])('%s is found', (_, tables, findings) => {
  expect(checkRoom(record(), 'room', tables)).toMatchObject(findings)
})

test('a row of another room is found', () => {
  expect(checkRoom(record(), 'next', room([1])).problems).toEqual(['a-1 is in next, and was called in room'])
})

test('an outcome that changes is found', () => {
  const changed = record()
  hear(changed, 'a-1', 'refused')
  expect(changed.problems).toEqual(['a-1 was confirmed, and later refused'])
})

test('a client that is killed may lose what was not durable, and nothing else', () => {
  const killed = record()
  for (const n of [4, 5]) killed.write({ type: 'called', id: `a-${n}`, room: 'room', client: 'a', n, refused: false, lasts: true }, 0)
  killed.write({ type: 'durable', id: 'a-4' }, 0)
  killed.forgive(new Set(['a']))
  expect(checkRoom(killed, 'room', room([1, 2]))).toMatchObject({
    lost: 1,
    problems: ['a-4 has no outcome', expect.stringMatching(/^a-4 is lost/)],
  })
})
