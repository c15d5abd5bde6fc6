import type { Action } from '../scenario/scenario.ts'
import { type Edit, editAction, type Phase, without } from './edit.ts'

/** What an action can do without. */
const OPTIONAL_FIELDS = ['power', 'failpoint', 'nth', 'afterCalls', 'draw', 'line', 'midway']

export const dropFields: Phase = ({ actions }) =>
  actions.flatMap((action) =>
    OPTIONAL_FIELDS.filter((field) => field in action).map((field) => editAction(action.id, (one) => without(one, field))),
  )

/** Numbers of times: one, or half of it, or one less. */
export const lowerCounts: Phase = ({ actions }) => [
  ...lower(actions, () => 1),
  ...lower(actions, (count) => Math.floor(count / 2)),
  ...lower(actions, (count) => count - 1),
]

function lower(actions: readonly Action[], to: (count: number) => number): Edit[] {
  return actions.flatMap((action) =>
    ['nth', 'afterCalls', 'times'].filter((field) => field in action).map((field) => editAction(action.id, lessOf(field, to))),
  )
}

/** Lengths of time in round numbers; each only where it makes less of what is there. */
export const shorten: Phase = ({ actions }) =>
  [10, 100, 1000].flatMap((ms) =>
    actions
      .filter((action) => 'forMs' in action && action.forMs > ms)
      .map(({ id }) =>
        editAction(
          id,
          lessOf('forMs', () => ms),
        ),
      ),
  )

/** Jumps of a clock, in either direction. */
export const shortenJumps: Phase = ({ actions }) =>
  [1000, 60_000].flatMap((ms) =>
    actions
      .filter((action) => action.do === 'jump-clock')
      .map(({ id }) =>
        editAction(
          id,
          lessOf('byMs', (by) => Math.sign(by) * ms),
        ),
      ),
  )

function lessOf(field: string, to: (value: number) => number): (action: Action) => Action {
  return (action) => {
    const value = (action as { readonly [field: string]: unknown })[field]
    if (typeof value !== 'number') return action
    const less = to(value)
    return less !== 0 && Math.abs(less) < Math.abs(value) ? { ...action, [field]: less } : action
  }
}
