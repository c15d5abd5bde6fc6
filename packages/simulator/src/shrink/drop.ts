import { type Action, type Scenario, SERVER } from '../scenario/scenario.ts'
import type { Edit, Phase } from './edit.ts'

/** Clients with all that they do; a copy goes with what it was copied from. */
export const dropClients: Phase = ({ clients }) =>
  clients.map(
    ({ name }): Edit =>
      (scenario) =>
        keepPossible({ ...scenario, clients: scenario.clients.filter((client) => client.name !== name) }),
  )

/** All actions of a kind, but for calls. */
export const dropKinds: Phase = ({ actions }) =>
  [...new Set(actions.map((action) => action.do))]
    .filter((kind) => kind !== 'mutate')
    .map((kind) => keepOnly((action) => action.do !== kind))

/** Single actions. */
export const dropActions: Phase = ({ actions }) => actions.map(({ id }) => keepOnly((action) => action.id !== id))

/** One client does what two did. */
export const mergeClients: Phase = ({ clients }) =>
  clients.flatMap(({ name, room }, i) =>
    clients
      .slice(0, i)
      .filter((other) => other.room === room)
      .map((other) => mergeInto(name, other.name)),
  )

function mergeInto(name: string, other: string): Edit {
  return (scenario) => {
    const areThere = [name, other].every((one) => scenario.clients.some((client) => client.name === one))
    if (!areThere) return scenario
    const clients = scenario.clients.filter((client) => client.name !== name)
    const actions = scenario.actions.map((one): Action => {
      const action = 'whom' in one && one.whom === name ? { ...one, whom: other } : one
      if ('client' in action && action.client === name) return { ...action, client: other }
      return 'node' in action && action.node === name ? { ...action, node: other } : action
    })
    return { ...scenario, clients, actions }
  }
}

function keepOnly(isKept: (action: Action) => boolean): Edit {
  return (scenario) => {
    const actions = scenario.actions.filter(isKept)
    return actions.length === scenario.actions.length ? scenario : keepPossible({ ...scenario, actions })
  }
}

/** Leaves out what is done to clients that are no longer there. A copy can be made of a copy, so it takes rounds. */
function keepPossible(scenario: Scenario): Scenario {
  const { clients, actions } = scenario
  const names = new Set([
    SERVER,
    ...clients.map(({ name }) => name),
    ...actions.flatMap((action) => (action.do === 'copy-profile' ? [action.as] : [])),
  ])
  const possible = actions.filter((action) => {
    if ('whom' in action && !names.has(action.whom)) return false
    if ('client' in action) return names.has(action.client)
    return !('node' in action) || names.has(action.node)
  })
  return possible.length === actions.length ? scenario : keepPossible({ ...scenario, actions: possible })
}
