import { contentDifference, describeDifference } from '../model/content-difference.ts'
import type { ExpectedView, WorldModel } from '../model/world-model.ts'
import type { ClientView, WorldView } from './checker.ts'
import { describePending } from './describe-pending.ts'
import { explainView } from './explain.ts'

/** What is wrong with a view. `cause` is set if a mutator is to blame, and not the engine. */
export interface ViewProblem {
  readonly message: string
  readonly cause?: string
}

/** Compares what clients show with what the model says that they should. */
export class ViewCheck {
  readonly #model: WorldModel
  readonly #checked = new Map<string, string>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  /** Null if all is well, or cannot be told now. A view is read once at one time and state, however many ask. */
  async problem(client: ClientView, world: WorldView): Promise<ViewProblem | null> {
    const { clientID, position, pendingCount } = client
    const state = `${world.now} ${clientID} ${position?.epoch} ${position?.version} ${pendingCount}`
    if (this.#checked.get(client.name) === state) return null
    const expected = this.#model.expectedView(client, world)
    if (expected === null) return null
    const found = await contentsOf(client, expected)
    const problem = found === expected.contents ? null : await this.#explain(client, world, found)
    if (problem === null) this.#checked.set(client.name, state)
    return problem
  }

  /** What was gathered from events may be wrong, and predictions may have run as either; only if nothing fits is it a problem. */
  async #explain(client: ClientView, world: WorldView, found: string): Promise<ViewProblem | null> {
    this.#model.askPending(client)
    for (const reason of ['rebase', 'optimistic'] as const)
      if (this.#model.expectedView(client, world, reason)?.contents === found) return null
    const expected = this.#model.expectedView(client, world) as ExpectedView
    const difference = contentDifference(expected.query, expected.contents, found)
    if (difference === null) return null
    const { base, pending } = expected
    const at = base.replay === undefined ? 'without a base' : `on version ${base.version} of epoch ${client.position?.epoch}`
    const message = `Client ${client.name} shows what it should not, ${at}. ${describeDifference(difference)}. ${describePending(pending)}`
    const cause = explainView(client.app, base, pending)
    return cause === null ? { message } : { message, cause }
  }
}

async function contentsOf(client: ClientView, { query }: ExpectedView): Promise<string> {
  const rows = await client.query(query.sql)
  return String(rows[0]?.content)
}
