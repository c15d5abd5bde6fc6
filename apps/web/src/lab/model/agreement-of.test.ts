import { expect, test } from 'vitest'
import { agreementOf } from './agreement-of.ts'
import { AGREED, after, food, viewOf } from './lab.contract.ts'

const PENDING = [{ id: 'a', label: 'Food +1', isSent: true }]

test('all agree when rows, versions and digests are the same, and nothing is pending', () => {
  expect(agreementOf(after(...AGREED))).toEqual({ kind: 'agree', views: [{ who: [0, 1, 2], rows: [food(1)] }] })
})

test('a guess makes views differ, and tells who sees what', () => {
  const state = after(...AGREED, { type: 'viewed', client: 1, view: viewOf(1, 2, { pending: PENDING }) })
  expect(agreementOf(state)).toEqual({
    kind: 'differ',
    views: [
      { who: [0, 2], rows: [food(1)] },
      { who: [1], rows: [food(2)] },
    ],
  })
})

test.each([
  ['something is pending', { pending: PENDING }],
  ['a version is behind', { version: 0 }],
  ['a digest is another', { digest: 'other' }],
])('the same rows are not agreement while %s', (_, also) => {
  expect(agreementOf(after(...AGREED, { type: 'viewed', client: 1, view: viewOf(1, 1, also) })).kind).toBe('alike')
})

test('who was killed has no view', () => {
  const state = after(
    ...AGREED,
    { type: 'viewed', client: 1, view: viewOf(1, 2, { pending: PENDING }) },
    { type: 'killed', client: 1, kept: 1 },
  )
  expect(agreementOf(state).views).toEqual([{ who: [0, 2], rows: [food(1)] }])
})
