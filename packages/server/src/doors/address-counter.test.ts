import { expect, test } from 'vitest'
import { AddressCounter } from './address-counter.ts'

test('[G10] so many come from one address, and as many from another', () => {
  const counter = new AddressCounter(2)
  const first = counter.take('192.0.2.1')
  expect([counter.take('192.0.2.1'), counter.take('192.0.2.1'), counter.take('192.0.2.2')]).toEqual([
    expect.any(Function),
    null,
    expect.any(Function),
  ])
  first?.()
  expect([counter.take('192.0.2.1'), counter.take('192.0.2.1')]).toEqual([expect.any(Function), null])
})

test.each([
  ['192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::7'],
  ['2001:db8::1', '2001:DB8:0:0:1:2:3:4'],
])('%s and %s count as one', (a, b) => {
  const counter = new AddressCounter(1)
  counter.take(a)
  expect(counter.take(b)).toBeNull()
})

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', undefined])('%s is not counted', (address) => {
  const counter = new AddressCounter(1)
  for (let i = 0; i < 3; i++) expect(counter.take(address)).not.toBeNull()
})

test('another network is another place', () => {
  const counter = new AddressCounter(1)
  counter.take('2001:db8:1:2::1')
  expect(counter.take('2001:db8:1:3::1')).not.toBeNull()
})
