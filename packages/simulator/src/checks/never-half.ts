import type { WorldModel } from '../model/world-model.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'
import { toBlame } from './explain.ts'
import type { ViewCheck } from './view-check.ts'

/**
 * [G7] After each step a client shows its base and its predictions, as the model makes them from the room's log and from what is
 * pending: nothing half, nothing old. Versions never go back while a client is up, but for another epoch.
 */
export class NeverHalf implements Checker {
  readonly name = 'never-half'
  readonly guarantee = 'G7'
  readonly #model: WorldModel
  readonly #views: ViewCheck
  readonly #positions = new Map<string, { readonly epoch: string; readonly version: number }>()

  constructor(model: WorldModel, views: ViewCheck) {
    this.#model = model
    this.#views = views
  }

  observe(event: TraceEvent, world: WorldView): void {
    this.#model.observe(event, world)
    // What a crash takes from memory, the base on disk may not have yet.
    if (event.type === 'up' || event.type === 'down') {
      this.#positions.delete(event.node)
      this.#views.forget(event.node)
    }
    if (event.type === 'advanced' && event.from !== null && event.to < event.from) this.#wentBack(event, world)
  }

  async afterStep(client: ClientView, world: WorldView): Promise<void> {
    if (client.isUp) await this.#check(client, world, false)
  }

  async atRest(world: WorldView): Promise<void> {
    for (const client of world.clients.values()) if (client.isUp) await this.#check(client, world, true)
  }

  dispose(): void {
    this.#model.close()
  }

  async #check(client: ClientView, world: WorldView, isWhole: boolean): Promise<void> {
    this.#model.follow(world)
    this.#checkPosition(client)
    const problem = await this.#views.problem(client, world, isWhole)
    if (problem === null) return
    if (problem.cause !== undefined) throw toBlame(problem.cause, problem.message)
    throw new Violation(this.guarantee, this.name, problem.message)
  }

  #wentBack({ node, from, to }: Extract<TraceEvent, { type: 'advanced' }>, world: WorldView): void {
    const before = this.#positions.get(node)
    const client = world.clients.get(node)
    if (before === undefined || client?.isUp !== true || client.position?.epoch !== before.epoch) return
    throw new Violation(this.guarantee, this.name, `Client ${node} went back from version ${from} to ${to} of epoch ${before.epoch}`)
  }

  #checkPosition({ name, position }: ClientView): void {
    if (position === null) return
    const before = this.#positions.get(name)
    this.#positions.set(name, position)
    if (before?.epoch !== position.epoch || before.version <= position.version) return
    const message = `Client ${name} went back from version ${before.version} to ${position.version} of epoch ${position.epoch}`
    throw new Violation(this.guarantee, this.name, message)
  }
}
