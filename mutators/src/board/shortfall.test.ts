import { expect, test } from 'vitest'
import { describeShortfall, readShortfall } from './shortfall.ts'

test('what a shortfall says can be read back', () => {
  const shortfall = { payer: "Ada's\nsavings", had: -20, asked: 8000, payee: 'Bank' }
  expect(readShortfall(describeShortfall(shortfall))).toEqual(shortfall)
})

test('another message has no figures', () => {
  expect(readShortfall('There is no account bank')).toBeUndefined()
})
