import { expect, test } from 'vitest'
import { headlineAfter } from './headline.ts'
import type { Sentence } from './narrate.ts'

const sentence = (order: number, weight: Sentence['weight']): Sentence => ({ order, weight, at: 0, who: 0, term: null, text: '' })
const STORY = [sentence(4, 0), sentence(3, 2), sentence(2, 2), sentence(1, 3)]

test('the heaviest of what is new is read, and of equal ones the latest', () => {
  expect(headlineAfter(STORY, 1)?.order).toBe(3)
  expect(headlineAfter(STORY, 3)?.order).toBe(4)
  expect(headlineAfter(STORY, 4)).toBeNull()
})
