import { expect, test } from 'vitest'
import { splitTags } from './split-tags.ts'

test.each([
  ['food, team lunch; Food', ['food', 'team lunch']],
  ['#food #fun', ['food', 'fun']],
  [' , ;', []],
  ['', []],
])('%j has %j', (typed, tags) => {
  expect(splitTags(typed)).toEqual(tags)
})
