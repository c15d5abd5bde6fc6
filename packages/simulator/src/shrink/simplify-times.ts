import type { Action, Scenario } from '../scenario/scenario.ts'
import type { Edit, Phase } from './edit.ts'

/** Less time between one action and the next. */
export const closeGaps: Phase = ({ actions }) =>
  [10, 100, 1000].flatMap((ms) =>
    actions.filter((action, i) => action.at - (actions[i - 1]?.at ?? 0) > ms).map(({ id }) => closeGap(id, ms)),
  )

/** All that follows comes as much earlier, so that the order and the other gaps stay. */
function closeGap(id: number, ms: number): Edit {
  return (scenario) => {
    const index = scenario.actions.findIndex((action) => action.id === id)
    const before = scenario.actions[index - 1]?.at ?? 0
    const excess = (scenario.actions[index]?.at ?? 0) - before - ms
    if (index === -1 || excess <= 0) return scenario
    return {
      ...scenario,
      actions: scenario.actions.map((action, i) => (i < index ? action : { ...action, at: action.at - excess })),
      clients: scenario.clients.map((client) =>
        client.joinsAt <= before ? client : { ...client, joinsAt: Math.max(before, client.joinsAt - excess) },
      ),
      endsAt: scenario.endsAt - excess,
    }
  }
}

/** Times in hundreds, then in tens. */
export const roundTimes: Phase = ({ actions }) => [100, 10].flatMap((unit) => actions.map(({ id }) => roundTime(id, unit)))

function roundTime(id: number, unit: number): Edit {
  return (scenario) => {
    const actions: Action[] = []
    for (const action of scenario.actions) {
      const floor = action.id === id ? Math.floor(action.at / unit) * unit : action.at
      actions.push({ ...action, at: Math.max(floor, actions.at(-1)?.at ?? 0) })
    }
    return { ...scenario, actions }
  }
}

/** The end right behind the last action, or behind what that takes. */
export const endEarlier: Phase = (scenario) => {
  const last = Math.max(0, ...scenario.actions.map(({ at }) => at), ...scenario.clients.map(({ joinsAt }) => joinsAt))
  const over = Math.max(last, ...scenario.actions.map((action) => action.at + ('forMs' in action ? action.forMs : 0)))
  return [last, last + 100, over, last + 1000].filter((endsAt) => endsAt < scenario.endsAt).map((endsAt) => endAt(endsAt))
}

function endAt(endsAt: number): Edit {
  return (scenario: Scenario) => (endsAt < scenario.endsAt ? { ...scenario, endsAt } : scenario)
}
