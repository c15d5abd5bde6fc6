import { SKIP } from '../app.ts'
import type { Action, Scenario } from './scenario.ts'

/**
 * The same scenario with the arguments that a run of it made, by the ID of the action: it no longer needs the generators, and
 * its arguments can be cut down. Calls that were skipped are left out; those that the run did not come to stay as they are.
 */
export function pinArgs(scenario: Scenario, made: ReadonlyMap<number, string | typeof SKIP>): Scenario {
  const actions = scenario.actions.flatMap((action): Action[] => {
    const args = action.do === 'mutate' ? made.get(action.id) : undefined
    if (action.do !== 'mutate' || args === undefined) return [action]
    if (args === SKIP) return []
    const { draw: _, ...rest } = action
    return [{ ...rest, args }]
  })
  return { ...scenario, actions }
}
