import { expect, test } from 'vitest'
import { searchWords } from './search-words.ts'

test.each([
  ['lun', '"lun"*'],
  ['  team   lunch ', '"team"* "lunch"*'],
  ['œuf 2', '"œuf"* "2"*'],
  ['NOT "bread" OR *', '"NOT"* "bread"* "OR"*'],
  ['"*-()', ''],
  ['', ''],
])('%j asks for %j', (typed, asked) => {
  expect(searchWords(typed)).toBe(asked)
})
