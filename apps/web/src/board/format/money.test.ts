import { expect, test } from 'vitest'
import { moneyText, parseMoney } from './money.ts'

test.each([
  ['12', 1200],
  ['12.5', 1250],
  ['12,50', 1250],
  [' € 12.05 ', 1205],
  ['.5', 50],
  ['1,234.50', 123450],
  ['1.234,50', 123450],
  ['1,234', 123400],
  ["1'234.5", 123450],
])('%j is %d cents', (text, cents) => {
  expect(parseMoney(text)).toBe(cents)
})

test.each(['', '0', '0.00', '-5', '12.345.6', '1.2.3', 'ten', '5 apples', '99999999999999999'])('%j is no amount', (text) => {
  expect(parseMoney(text)).toBeUndefined()
})

test('what a field starts with is read as the same amount', () => {
  for (const cents of [1, 10, 99, 100, 123_456]) expect(parseMoney(moneyText(cents))).toBe(cents)
})
