import type { Action, ClientPlan, Scenario, ServerPlan } from '../scenario/scenario.ts'

/** One thing that is made less. It gives back the same scenario if there is nothing to do. */
export type Edit = (scenario: Scenario) => Scenario

/** Ways to make a scenario less that go together: all of them are tried at once, then fewer. */
export type Phase = (scenario: Scenario) => Edit[]

/** Changes the action of this ID, if it is still there. */
export function editAction(id: number, change: (action: Action) => Action): Edit {
  return (scenario) => ({ ...scenario, actions: scenario.actions.map((action) => (action.id === id ? change(action) : action)) })
}

/** Changes the client of this name, if it is still there. */
export function editClient(name: string, change: (client: ClientPlan) => ClientPlan): Edit {
  return (scenario) => ({ ...scenario, clients: scenario.clients.map((client) => (client.name === name ? change(client) : client)) })
}

/** A copy without this field. */
export function without<T extends ServerPlan | ClientPlan | Action>(value: T, field: string): T {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== field)) as unknown as T
}
