import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'
import { toBlame } from './explain.ts'
import type { ViewCheck } from './view-check.ts'

/** [G8] When a client says that a mutation is confirmed, its base holds it, and a query shows what the base holds. */
export class ConfirmedVisible implements Checker {
  readonly name = 'confirmed-visible'
  readonly guarantee = 'G8'
  readonly #model: WorldModel
  readonly #views: ViewCheck

  constructor(model: WorldModel, views: ViewCheck) {
    this.#model = model
    this.#views = views
  }

  observe(event: TraceEvent, world: WorldView): Promise<void> | undefined {
    this.#model.observe(event, world)
    return event.type === 'settled' && event.outcome.ok ? this.#check(event, world) : undefined
  }

  async #check(event: Extract<TraceEvent, { type: 'settled' }>, world: WorldView): Promise<void> {
    const client = world.clients.get(event.node)
    if (client?.isUp !== true) return
    const version = this.#model.historyAt(client.room, client.position?.epoch)?.versionOf(event.id)
    const at = client.position?.version ?? 0
    const told = `Client ${client.name} was told that "${event.name}" (${event.id}) is confirmed`
    if (version !== undefined && version > at)
      throw new Violation(this.guarantee, this.name, `${told}, which it is at version ${version}, while its base is at ${at}`)
    const problem = await this.#views.problem(client, world)
    if (problem?.cause !== undefined) throw toBlame(problem.cause, problem.message)
    if (problem !== null) throw new Violation(this.guarantee, this.name, `${told}, but ${problem.message}`)
  }
}
