import { FAULT_NAMES } from './fault-kinds.ts'
import type { Action, Scenario } from './scenario.ts'

/**
 * How often each kind of fault stands in these scenarios: by kind, kills of the server by failpoint as well, and losses of
 * power beside. What of it happened in a run, its trace says.
 */
export function countFaults(...scenarios: readonly Scenario[]): Map<string, number> {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const action of scenarios.flatMap(({ actions }) => actions.filter(isFault))) {
    count(action.do)
    if (action.do === 'kill-server' && action.failpoint) count(`kill-server ${action.failpoint}`)
    if ((action.do === 'kill-server' || action.do === 'kill-client') && action.power) count(`${action.do} power`)
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function isFault({ do: kind }: Action): boolean {
  return kind === 'go-offline' || (FAULT_NAMES as readonly string[]).includes(kind)
}
