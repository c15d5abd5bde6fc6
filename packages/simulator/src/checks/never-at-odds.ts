import type { TraceEvent } from '../trace/trace-event.ts'
import { Violation } from '../view/violation.ts'
import type { Checker, ObservedFrame } from './checker.ts'

/** What a client or a room says when it finds that its content or its queue is not what it should be, or that versions are missing. */
const AT_ODDS =
  /^(Diverged: |Error: Changes from version |SavepointError: The room's database cannot be brought up to its log|SqliteError: [\w ]+ constraint failed)/

/** What is refused only if one side has made a mistake. */
const MISTAKES = /^\{"type":"refusal","code":"(mutation-gap|bad-message|frame-too-large|protocol-version)"/

/**
 * [G3] No client finds that it has diverged, no room that its database is not its log's, and neither side that the other has made a
 * mistake. They would mend themselves with a snapshot or a new connection, and all would look well at rest.
 */
export class NeverAtOdds implements Checker {
  readonly name = 'never-at-odds'
  readonly guarantee = 'G3'

  observe(event: TraceEvent): void {
    if (event.type === 'failed' && AT_ODDS.test(event.error))
      throw new Violation(this.guarantee, this.name, `${event.node} found a mistake of the engine's: ${event.error}`)
  }

  observeFrame({ client, direction, text }: ObservedFrame): void {
    if (direction === 'down' && MISTAKES.test(text))
      throw new Violation(this.guarantee, this.name, `The server found a mistake of client ${client}'s: ${text}`)
  }
}
