import type { Outcome, OwnOutcome } from '@savepoint/core'
import { expect, test } from 'vitest'
import type { PendingMutation } from './pending-mutation.ts'
import { reconcile as reconcileAll } from './reconcile.ts'

const ok: Outcome = { ok: true, value: '' }
const mutation = (mutationID: number, seed = `s${mutationID}`): PendingMutation => ({ mutationID, seed, name: 'm', args: '', createdAt: 0 })
const outcome = (mutationID: number, seed = `s${mutationID}`): OwnOutcome => ({ mutationID, seed, outcome: ok })
/** As after a welcome, unless said otherwise. */
type Given = Parameters<typeof reconcileAll>[0]
const reconcile = (given: Omit<Given, 'welcomed' | 'isCopy'> & Partial<Given>) => reconcileAll({ welcomed: true, isCopy: false, ...given })
const seeds = (mutations: readonly PendingMutation[]) => mutations.map(({ mutationID, seed }) => `${mutationID}:${seed}`)

test('[G1] outcomes settle what they name, and the rest remains', () => {
  const result = reconcile({
    pending: [mutation(4), mutation(5), mutation(6)],
    outcomes: [outcome(4), outcome(5)],
    confirmed: 3,
    lastMutationID: 5,
    issued: 6,
  })
  expect(seeds(result.settled.map(({ mutation }) => mutation))).toEqual(['4:s4', '5:s5'])
  expect(seeds(result.remaining)).toEqual(['6:s6'])
  expect(result.forked).toBe(false)
})

test('outcomes that were kept before are nothing new', () => {
  const result = reconcile({ pending: [mutation(6)], outcomes: [outcome(4), outcome(5)], confirmed: 5, lastMutationID: 5, issued: 6 })
  expect(result).toMatchObject({ settled: [], awaiting: [], remaining: [mutation(6)], confirmed: 5, forked: false, renumbered: false })
})

test('[G1] an outcome of another seed tells of a fork: what is really ours and processed is settled, the rest is renumbered', () => {
  const result = reconcile({
    pending: [mutation(4), mutation(5), mutation(6)],
    outcomes: [outcome(4), outcome(5, 'other')],
    confirmed: 3,
    lastMutationID: 5,
    issued: 6,
  })
  expect(result.forked).toBe(true)
  expect(seeds(result.settled.map(({ mutation }) => mutation))).toEqual(['4:s4'])
  expect(seeds(result.remaining)).toEqual(['1:s5', '2:s6'])
})

test('an outcome of a mutation that was never made here tells of a fork', () => {
  expect(reconcile({ pending: [], outcomes: [outcome(4)], confirmed: 3, lastMutationID: 4, issued: 4 }).forked).toBe(true)
})

test('more processed than this client has made tells of a fork, even if the outcomes are forgotten', () => {
  expect(reconcile({ pending: [], outcomes: [], confirmed: 3, lastMutationID: 7, issued: 3 }).forked).toBe(true)
})

test('[G6] a room that was restored from a backup expects lower numbers, and no gap wedges the client', () => {
  const result = reconcile({ pending: [mutation(11), mutation(12)], outcomes: [], confirmed: 10, lastMutationID: 7, issued: 12 })
  expect(seeds(result.remaining)).toEqual(['8:s11', '9:s12'])
  expect(result.renumbered).toBe(true)
})

test('[G6] there as well, a mutation whose outcome is kept already is not sent again', () => {
  const result = reconcile({ pending: [mutation(10), mutation(11)], outcomes: [], confirmed: 10, lastMutationID: 7, issued: 11 })
  expect(result.settled).toEqual([])
  expect(seeds(result.remaining)).toEqual(['8:s11'])
})

test('a mutation that was processed, but whose outcome is forgotten, is reported and not repeated', () => {
  const result = reconcile({ pending: [mutation(4), mutation(5)], outcomes: [], confirmed: 3, lastMutationID: 4, issued: 5 })
  expect(result.settled).toMatchObject([{ mutation: { seed: 's4' }, outcome: { ok: false, code: 'outcome-unknown' } }])
  expect(seeds(result.remaining)).toEqual(['5:s5'])
})

test('of several outcomes the oldest are forgotten first: those before what comes are reported, and not repeated', () => {
  const pending = [mutation(4), mutation(5), mutation(6), mutation(7)]
  const result = reconcile({ pending, outcomes: [outcome(6)], confirmed: 3, lastMutationID: 6, issued: 7 })
  expect(result.settled).toMatchObject([
    { mutation: { seed: 's4' }, outcome: { ok: false, code: 'outcome-unknown' } },
    { mutation: { seed: 's5' }, outcome: { ok: false, code: 'outcome-unknown' } },
    { mutation: { seed: 's6' }, outcome: ok },
  ])
  expect(seeds(result.remaining)).toEqual(['7:s7'])
  expect(result).toMatchObject({ awaiting: [], confirmed: 6, forked: false })
})

test('a mutation whose outcome is kept already only leaves the queue', () => {
  const result = reconcile({ pending: [mutation(4), mutation(5)], outcomes: [], confirmed: 4, lastMutationID: 4, issued: 5 })
  expect(result).toMatchObject({ settled: [], awaiting: [], remaining: [mutation(5)], confirmed: 4, forked: false, renumbered: false })
})

test('[G1] of many outcomes only some may have come: what is processed waits for its own, and is neither given up nor sent again', () => {
  const pending = [mutation(4), mutation(5), mutation(6), mutation(7)]
  const first = reconcile({ pending, outcomes: [outcome(4)], confirmed: 3, lastMutationID: 6, issued: 7 })
  expect(seeds(first.settled.map(({ mutation }) => mutation))).toEqual(['4:s4'])
  expect(seeds(first.awaiting)).toEqual(['5:s5', '6:s6'])
  expect(seeds(first.remaining)).toEqual(['7:s7'])
  expect(first.confirmed).toBe(4)
  const left = [...first.awaiting, ...first.remaining]
  const nothing = reconcile({ pending: left, outcomes: [], confirmed: 4, lastMutationID: 6, issued: 7, welcomed: false })
  expect(nothing).toMatchObject({ settled: [], awaiting: first.awaiting, remaining: first.remaining, confirmed: 4 })
  const rest = reconcile({ pending: left, outcomes: [outcome(5), outcome(6)], confirmed: 4, lastMutationID: 6, issued: 7, welcomed: false })
  expect(rest).toMatchObject({ awaiting: [], remaining: first.remaining, confirmed: 6 })
})

test('[G1] a mutation is its seed: one that was processed under another ID is settled, and not sent again', () => {
  const result = reconcile({
    pending: [mutation(4, 'a'), mutation(5, 'b')],
    outcomes: [outcome(4, 'b')],
    confirmed: 3,
    lastMutationID: 4,
    issued: 5,
  })
  expect(seeds(result.settled.map(({ mutation }) => mutation))).toEqual(['5:b'])
  expect(result.forked).toBe(false)
  expect(seeds(result.remaining)).toEqual(['5:a'])
})

test('[G1] in a fork, what may have been processed before outcomes were forgotten is reported, and not repeated', () => {
  const result = reconcile({ pending: [mutation(4), mutation(5)], outcomes: [], confirmed: 3, lastMutationID: 10, issued: 5 })
  expect(result.forked).toBe(true)
  expect(result.remaining).toEqual([])
  expect(result.settled.map(({ outcome }) => outcome)).toMatchObject([{ code: 'outcome-unknown' }, { code: 'outcome-unknown' }])
})

test('[G6] who is told to be a copy takes a new ID, also if no outcome says so', () => {
  expect(reconcile({ pending: [], outcomes: [], confirmed: 3, lastMutationID: 3, issued: 3, isCopy: true })).toMatchObject({
    forked: true,
    confirmed: 0,
  })
})

test('[G1] a copy keeps its ID for as long as it has what the other may have pending too', () => {
  const result = reconcile({ pending: [mutation(4)], outcomes: [], confirmed: 3, lastMutationID: 3, issued: 4, isCopy: true })
  expect(result.forked).toBe(false)
  expect(seeds(result.remaining)).toEqual(['4:s4'])
})
