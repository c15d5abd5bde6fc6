import { CLIENT_FRAME_LENGTH_MAX, PUSH_MUTATIONS_MAX, type Push, SERVER_FRAME_LENGTH_MAX } from '@savepoint/core'
import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { ClientView } from '../view/world-view.ts'
import type { Checker, ObservedFrame } from './checker.ts'

/** Mutations that a client may have on their way at once. */
const IN_FLIGHT_MAX = 2000

/** Mutations that a client may have pending. */
const PENDING_MAX = 100_000

/**
 * Attempts of one client to connect within a minute of virtual time. With its backoff it makes some ten in a minute if none
 * succeeds, and starts afresh at most four times in it, each time with a few quick ones.
 */
const ATTEMPTS_PER_MINUTE_MAX = 30

const MINUTE_MS = 60_000

/** [G10] Frames, pushes, queues and attempts to connect stay within their limits. */
export class Bounds implements Checker {
  readonly name = 'bounds'
  readonly guarantee = 'G10'
  readonly #attempts = new Map<string, number[]>()
  /** By client, the last mutation that it has pushed since it said hello. */
  readonly #pushed = new Map<string, number>()
  readonly #connections = new Map<string, string>()

  observe(event: TraceEvent): void {
    switch (event.type) {
      case 'up':
        this.#attempts.delete(event.node)
        this.#connections.delete(event.node)
        break
      case 'status':
        // A call changes the status too.
        if (event.connection === this.#connections.get(event.node)) break
        this.#connections.set(event.node, event.connection)
        // Who stops and starts again is not made to wait.
        if (event.connection === 'stopped') this.#attempts.delete(event.node)
        if (event.connection === 'connecting') this.#attempt(event.node, event.at)
        break
    }
  }

  observeFrame({ client, direction, text }: ObservedFrame): void {
    const max = direction === 'up' ? CLIENT_FRAME_LENGTH_MAX : SERVER_FRAME_LENGTH_MAX
    const way = direction === 'up' ? `Client ${client} sent` : `Client ${client} was sent`
    if (text.length > max) throw this.#violation(`${way} a frame of ${text.length} characters; the limit is ${max}`)
    if (direction === 'up' && text.startsWith('{"type":"hello"')) this.#pushed.delete(client)
    if (direction === 'up' && text.startsWith('{"type":"push"')) this.#checkPush(client, JSON.parse(text) as Push)
  }

  afterStep(client: ClientView): void {
    if (!client.isUp || client.pendingCount <= PENDING_MAX) return
    throw this.#violation(`Client ${client.name} has ${client.pendingCount} pending; the limit is ${PENDING_MAX}`)
  }

  #checkPush(client: string, { mutations, confirmed }: Push): void {
    if (mutations.length > PUSH_MUTATIONS_MAX)
      throw this.#violation(`Client ${client} pushed ${mutations.length} mutations at once; the limit is ${PUSH_MUTATIONS_MAX}`)
    const [first, last] = [mutations[0]?.mutationID ?? 1, mutations.at(-1)?.mutationID ?? 0]
    const pushed = this.#pushed.get(client) ?? 0
    if (first <= pushed)
      throw this.#violation(`Client ${client} pushed mutation ${first} again, having pushed up to ${pushed} since it said hello`)
    this.#pushed.set(client, last)
    const inFlight = (last === 0 ? confirmed : last) - confirmed
    if (inFlight > IN_FLIGHT_MAX)
      throw this.#violation(`Client ${client} has ${inFlight} mutations on their way; the limit is ${IN_FLIGHT_MAX}`)
  }

  #attempt(client: string, at: number): void {
    const attempts = (this.#attempts.get(client) ?? []).filter((before) => before > at - MINUTE_MS)
    attempts.push(at)
    this.#attempts.set(client, attempts)
    if (attempts.length <= ATTEMPTS_PER_MINUTE_MAX) return
    throw this.#violation(
      `Client ${client} has tried to connect ${attempts.length} times within a minute; more than ${ATTEMPTS_PER_MINUTE_MAX} is a storm`,
    )
  }

  #violation(message: string): Violation {
    return new Violation(this.guarantee, this.name, message)
  }
}
