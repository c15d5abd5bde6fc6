import type { MutationFailure, MutationRecord } from '@savepoint/client'
import { expect, test } from 'vitest'
import { formatMonth } from '../format/days.ts'
import { describeFailure } from './describe-failure.ts'
import { describeRefusal } from './describe-refusal.ts'

const names = new Map([
  ['h', 'Household'],
  ['t', 'Travel'],
])

function refused(name: string, args: unknown, failure: Partial<MutationFailure>): MutationRecord {
  return { id: 'm', name, args, createdAt: 0, status: 'rejected', failure: { reason: 'rejected', code: 'error', message: '', ...failure } }
}

const textOf = (record: MutationRecord) => describeRefusal(record, (id) => names.get(id))

test('a transfer says which, how much was there, and why', () => {
  const message = 'Household has 4520 cents; 8000 were to go to Travel'
  const { what, why } = textOf(refused('transfer', { from: 'h', to: 't', amount: 8000 }, { code: 'overdrawn', message }))
  expect(what).toMatch(/^Transfer of \D*80[.,]00\D* from Household to Travel$/)
  expect(why).toMatch(/^Only \D*45[.,]20\D* was left in Household when it reached the server/)
})

test('an account that is gone has no name', () => {
  const { what } = textOf(refused('transfer', { from: 'h', to: 'x', amount: 100 }, { code: 'unknown-account' }))
  expect(what).toMatch(/from Household to an account that is gone$/)
})

test('every mutator of the board has words for what was tried', () => {
  expect(textOf(refused('moveItem', { item: 'i', list: 'l', to: 0 }, { code: 'unknown-item' }))).toEqual({
    what: 'Moving an item',
    why: 'The item was removed by somebody else.',
  })
  expect(textOf(refused('closeMonth', { month: '2026-10' }, { code: 'month-closed', message: '2026-10 is closed already' }))).toMatchObject(
    {
      what: `Closing ${formatMonth('2026-10')}`,
      why: `${formatMonth('2026-10')} is closed, so what was spent in it stays as it is.`,
    },
  )
})

test('a name that is taken, and one that is missing', () => {
  const unique = { kind: 'unique', table: 'accounts', columns: ['name'] } as const
  expect(describeFailure({ reason: 'constraint', code: 'unique', message: 'UNIQUE', constraint: unique })).toBe(
    'There is an account with this name already.',
  )
  expect(describeFailure({ reason: 'constraint', code: 'check', message: 'CHECK', constraint: { kind: 'check' } })).toBe('It needs a name.')
})

test('what has no words of its own keeps those that it came with', () => {
  expect(describeFailure({ reason: 'rejected', code: 'not-yours', message: 'Only ada can take this expense back' })).toBe(
    'Only ada can take this expense back.',
  )
})
