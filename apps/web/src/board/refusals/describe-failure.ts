import type { MutationFailure } from '@savepoint/client'
import { readShortfall } from '@savepoint-demo/mutators'
import { formatMonth } from '../format/days.ts'
import { formatMoney } from '../format/money.ts'

/** Why something could not be done, in the words of the board. */
export function describeFailure(failure: MutationFailure): string {
  const shortfall = failure.code === 'overdrawn' ? readShortfall(failure.message) : undefined
  if (shortfall !== undefined)
    return `${shortfall.payer} has ${formatMoney(shortfall.had)}, and this needs ${formatMoney(shortfall.asked)}.`
  if (failure.code === 'month-closed') return `${monthIn(failure.message)} is closed, so what was spent in it stays as it is.`
  const said = SENTENCES[failure.code]
  if (said !== undefined) return said
  const { constraint } = failure
  if (constraint?.kind === 'unique' && constraint.table === 'accounts') return 'There is an account with this name already.'
  if (constraint?.kind === 'check') return 'It needs a name.'
  if (failure.reason === 'schema') return 'The server runs another version of this app. Reload the page, then try again.'
  return `${failure.message.replace(/\.$/, '')}.`
}

const SENTENCES: { readonly [code: string]: string } = {
  'same-account': 'The two accounts have to differ.',
  'bad-amount': 'The amount has to be more than nothing.',
  'bad-time': 'That day is still to come.',
  'nothing-spent': 'Nothing was spent in that month.',
  'unknown-account': 'The account is not there any more.',
  'unknown-expense': 'The expense was deleted by somebody else.',
  'unknown-tag': 'The tag was deleted by somebody else.',
  'unknown-list': 'The list was deleted by somebody else.',
  'unknown-item': 'The item was removed by somebody else.',
}

function monthIn(message: string): string {
  const month = /\d{4}-\d{2}/.exec(message)?.[0]
  return month === undefined ? 'The month' : formatMonth(month)
}
