import { expect, test } from 'vitest'
import { planRestore } from './plan-restore.ts'
import type { RoomCopy } from './read-backups.ts'

/** Each version was committed at a time ten times as high. */
function copy(epoch: string, version: number, at: number, floor = 0): RoomCopy {
  const schema = { name: 'shop', version: 1, hash: '' }
  const path = `${epoch}${version}`
  return { room: 'lobby', path, file: '', epoch, version, digest: '', floor, schema, at: new Date(at).toISOString(), bytes: 0, sha256: '' }
}

function versionAt({ version, floor }: RoomCopy, time: number): number | null {
  const found = Math.min(version, Math.floor(time / 10))
  return found > floor ? found : null
}

const nights = [copy('a', 10, 100), copy('a', 20, 200), copy('a', 30, 300, 15)]
const plan = (copies: readonly RoomCopy[], point?: Parameters<typeof planRestore>[1]) => {
  const { version, base, log } = planRestore(copies, point, versionAt)
  return [version, base?.path ?? null, log?.path ?? null]
}

test('without a point, the newest copy', () => {
  expect(plan(nights)).toEqual([30, 'a30', null])
})

test('a version: the copy that has it, or the newest before and the log of the first after', () => {
  expect(plan(nights, { version: 20 })).toEqual([20, 'a20', null])
  expect(plan(nights, { version: 25 })).toEqual([25, 'a20', 'a30'])
  expect(plan(nights, { version: 11 })).toEqual([11, 'a10', 'a20'])
})

test('before the first copy, from the start, where the log reaches back to it', () => {
  expect(plan(nights, { version: 4 })).toEqual([4, null, 'a10'])
  expect(plan(nights, { version: 0 })).toEqual([0, null, 'a10'])
  expect(() => plan(nights.slice(2), { version: 16 })).toThrow(
    'the log of the backup of 1970-01-01T00:00:00.300Z begins after version 15, and there is no older backup',
  )
  expect(() => plan([copy('a', 10, 100), copy('a', 30, 300, 15)], { version: 20 })).toThrow('and the backup before it is at version 10')
})

test('a time: the last version of that time or before', () => {
  expect(plan(nights, { time: 200 })).toEqual([20, 'a20', null])
  expect(plan(nights, { time: 257 })).toEqual([25, 'a20', 'a30'])
  expect(plan(nights, { time: 5 })).toEqual([0, null, 'a10'])
})

test('where nothing happened between a backup and what the next one’s log still has, that backup is it', () => {
  expect(plan([copy('a', 15, 155), copy('a', 30, 300, 15)], { time: 158 })).toEqual([15, 'a15', null])
  expect(() => plan([copy('a', 14, 145), copy('a', 30, 300, 15)], { time: 158 })).toThrow('begins after version 15, which was later than')
})

test('after the newest copy there is nothing, and it says what to do', () => {
  expect(() => plan(nights, { version: 31 })).toThrow('version 31 is after the newest backup, which is at version 30')
  expect(() => plan(nights, { time: 301 })).toThrow('is after the newest backup, of 1970-01-01T00:00:00.300Z. Make a backup now')
})

test('a room that was restored meanwhile had another history: a time tells which, a version is the newest one’s', () => {
  const restored = [...nights, copy('b', 22, 310), copy('b', 40, 400)]
  expect(plan(restored, { time: 295 })).toEqual([29, 'a20', 'a30'])
  expect(plan(restored, { time: 395 })).toEqual([39, 'b22', 'b40'])
  expect(plan(restored, { version: 25 })).toEqual([25, 'b22', 'b40'])
})
