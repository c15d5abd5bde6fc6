import type { MutatorDefinitions } from '@savepoint/core'
import type { SimulatedApp } from '@savepoint/simulator'
import { demoApp } from './demo/demo-app.ts'
import { todosApp } from './todos/todos-app.ts'
import { updatedTrapsApp } from './traps/traps-app.ts'

/** The apps that are simulated, by the names that regression cases are filed under. */
export const APPS: { readonly [name: string]: SimulatedApp } = {
  demo: any(demoApp),
  todos: any(todosApp),
  traps: any(updatedTrapsApp),
}

/** Who runs any app does not ask for the types of its calls. */
function any<D extends MutatorDefinitions>(app: SimulatedApp<D>): SimulatedApp {
  return app as unknown as SimulatedApp
}
