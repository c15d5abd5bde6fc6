import { contentDifference, describeDifference, sameContents } from '../model/content-difference.ts'
import { type ContentQuery, contentOf } from '../model/content-query.ts'
import type { ExpectedView, WorldModel } from '../model/world-model.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import { describePending } from './describe-pending.ts'
import { explainView } from './explain.ts'
import { WatchedContent } from './watched-content.ts'

/** What is wrong with a view. `cause` is set if a mutator is to blame, and not the engine. */
interface ViewProblem {
  readonly message: string
  readonly cause?: string
}

/** Compares what clients show with what the model says that they should. */
export class ViewCheck {
  readonly #model: WorldModel
  readonly #checked = new Map<string, string>()
  readonly #watched = new Map<string, WatchedContent>()

  constructor(model: WorldModel) {
    this.#model = model
  }

  /** Null if all is well, or cannot be told now. A view is read once at one time and state, however many ask. */
  async problem(client: ClientView, world: WorldView, isWhole = false): Promise<ViewProblem | null> {
    const { clientID, position, pendingCount } = client
    const state = `${world.now} ${clientID} ${position?.epoch} ${position?.version} ${pendingCount}`
    if (!isWhole && this.#checked.get(client.name) === state) return null
    const expected = this.#model.expectedView(client, world)
    if (expected === null) return null
    const problem = (await this.#isRight(client, expected, isWhole)) ? null : await this.#explain(client, world)
    if (problem === null) this.#checked.set(client.name, state)
    return problem
  }

  /** The next check of this client reads all that it shows. */
  forget(client: string): void {
    this.#checked.delete(client)
    this.#watched.delete(client)
  }

  async #isRight(client: ClientView, { query, contents, base }: ExpectedView, isWhole: boolean): Promise<boolean> {
    let watched = this.#watched.get(client.name)
    if (watched === undefined) {
      watched = new WatchedContent()
      this.#watched.set(client.name, watched)
    }
    const { changes } = client
    if (!isWhole && watched.isAsBefore(query, contents, changes)) return true
    const plan = watched.plan(query, contents, { isWhole, base: base.replay?.contentsAt(base.version) })
    for (const i of plan) if ((await read(client, query, i)) !== contents[i]) return false
    watched.isRight(query, contents, changes)
    return true
  }

  /** What was gathered from events may be wrong, and predictions may have run as either; only if nothing fits is it a problem. */
  async #explain(client: ClientView, world: WorldView): Promise<ViewProblem | null> {
    this.forget(client.name)
    this.#model.askPending(client)
    const { query } = this.#model.expectedView(client, world) as ExpectedView
    const found: string[] = []
    for (const i of query.tables.keys()) found.push(await read(client, query, i))
    for (const reason of ['rebase', 'optimistic'] as const)
      if (sameContents((this.#model.expectedView(client, world, reason) as ExpectedView).contents, found)) return null
    const expected = this.#model.expectedView(client, world) as ExpectedView
    const difference = contentDifference(expected.query, expected.contents, found)
    if (difference === null) return null
    const { base, pending } = expected
    const at = base.replay === undefined ? 'without a base' : `on version ${base.version} of epoch ${client.position?.epoch}`
    const message = `Client ${client.name} shows what it should not, ${at}. ${describeDifference(difference)}. ${describePending(pending)}`
    const cause = explainView(client.app, base, pending, this.#model.otherEngine)
    return cause === null ? { message } : { message, cause }
  }
}

async function read(client: ClientView, { tables }: ContentQuery, index: number): Promise<string> {
  return contentOf(await client.query(tables[index]?.sql ?? ''))
}
