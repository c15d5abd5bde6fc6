import { describe, expect, test } from 'vitest'
import { arrange, type ListItem, type Move, moveByKey, placeAt } from './arrange.ts'

const lists = ['todo', 'done']
const items: ListItem[] = [
  { id: 'a', list: 'todo', title: 'A' },
  { id: 'b', list: 'todo', title: 'B' },
  { id: 'c', list: 'todo', title: 'C' },
  { id: 'x', list: 'done', title: 'X' },
]
const drawn = (move?: Move) => [...arrange(lists, items, move).values()].map((list) => list.map(({ id }) => id).join('')).join(' | ')

test.each<[Move | undefined, string]>([
  [undefined, 'abc | x'],
  [{ item: 'a', list: 'todo', to: 0 }, 'abc | x'],
  [{ item: 'a', list: 'todo', to: 2 }, 'bca | x'],
  [{ item: 'c', list: 'todo', to: 0 }, 'cab | x'],
  [{ item: 'b', list: 'done', to: 0 }, 'ac | bx'],
  [{ item: 'b', list: 'done', to: 9 }, 'ac | xb'],
  [{ item: 'gone', list: 'done', to: 0 }, 'abc | x'],
])('%j gives %s', (move, expected) => {
  expect(drawn(move)).toBe(expected)
})

test('an item of a list that is gone is not drawn', () => {
  expect([...arrange(['done'], items).values()].flat().map(({ id }) => id)).toEqual(['x'])
})

describe('with the keyboard', () => {
  test.each([
    ['a', 'ArrowDown', 'bac | x'],
    ['c', 'ArrowUp', 'acb | x'],
    ['c', 'Home', 'cab | x'],
    ['a', 'End', 'bca | x'],
    ['b', 'ArrowRight', 'ac | xb'],
    ['x', 'ArrowLeft', 'xabc | '],
  ])('%s %s', (item, key, expected) => {
    const move = moveByKey(lists, items, item, key)
    expect(move && drawn(move)).toBe(expected)
  })

  test.each([
    ['a', 'ArrowUp'],
    ['c', 'ArrowDown'],
    ['a', 'Home'],
    ['a', 'ArrowLeft'],
    ['x', 'ArrowRight'],
    ['a', 'Enter'],
    ['gone', 'ArrowUp'],
  ])('%s %s goes nowhere', (item, key) => {
    expect(moveByKey(lists, items, item, key)).toBeUndefined()
  })
})

test('what is dragged falls before the first whose middle is below it', () => {
  expect([5, 15, 25, 99].map((y) => placeAt(y, [10, 20, 30]))).toEqual([0, 1, 2, 3])
  expect(placeAt(5, [])).toBe(0)
})
