import { expect, test } from 'vitest'
import { freshRoom } from './fresh-room.ts'

test.each([
  ['otter', 'otter-2'],
  ['otter-2', 'otter-3'],
  ['blue-otter', 'blue-otter-2'],
])('%s is followed by %s', (room, next) => {
  expect(freshRoom(room)).toBe(next)
})
