import { expect, test } from 'vitest'
import type { Happening } from './happening.ts'
import { AGREED, after, food, viewOf } from './lab.contract.ts'

const told = (...happenings: readonly Happening[]) => {
  const known = after(...AGREED).story.length
  return after(...AGREED, ...happenings)
    .story.toReversed()
    .slice(known)
    .map(({ term, text }) => [term, text])
}
const call = (id: string, mutationID: number): Happening => ({ type: 'called', client: 1, id, mutationID, label: 'Food +1' })
const pending = (...ids: readonly string[]) => ids.map((id) => ({ id, label: 'Food +1', isSent: true }))

test('a call, the decision on it, and the news of it', () => {
  expect(
    told(
      call('a', 1),
      { type: 'viewed', client: 1, view: viewOf(1, 2, { pending: pending('a') }) },
      { type: 'decided', client: 1, from: 1, to: 2, outcomes: [{ mutationID: 1, ok: true }] },
      { type: 'advanced', client: 1, advance: { from: 1, to: 2, undone: 0, replayed: [] }, view: viewOf(2, 2) },
    ),
  ).toEqual([
    ['optimistic', 'client1 calls Food +1. Its own screen shows it at once, as a guess.'],
    ['authoritative', 'The server runs client1’s #1 itself and commits it as version 2. Its order is the truth.'],
    [null, 'client1 hears that #1 came out as guessed: nothing has to be undone.'],
  ])
})

test('a rebase, with what of the rows it changed', () => {
  const guess = viewOf(1, 3, { pending: pending('a', 'b') })
  const rebased = viewOf(2, 0, { pending: pending('a', 'b') })
  expect(
    told(
      { type: 'viewed', client: 1, view: guess },
      { type: 'advanced', client: 1, advance: { from: 1, to: 2, undone: 2, replayed: [1, 2] }, view: rebased },
    ),
  ).toEqual([['rebase', 'client1 undoes 2 guesses, applies version 2, and replays the 2 still pending: Food 3 → 0.']])
})

test('the moment when all agree again', () => {
  expect(
    told(
      { type: 'server', version: 2, digest: 'd2', rows: [food(-2)] },
      { type: 'viewed', client: 1, view: viewOf(2, -2) },
      { type: 'viewed', client: 2, view: viewOf(2, -2) },
    ),
  ).toEqual([[null, 'All views agree: Food −2, at version 2.']])
})

test('what was pending when a client was killed', () => {
  expect(told({ type: 'killed', client: 1, kept: 2 }, { type: 'reopened', client: 1, kept: 2 }).map(([, text]) => text)).toEqual([
    'client1 is killed. Its file keeps 2 pending mutations.',
    'client1 opens again, with 2 pending mutations from its file.',
  ])
})
