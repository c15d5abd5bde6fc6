import type { OwnOutcome } from '@savepoint/core'
import { identityOf } from '../identity-of.ts'
import { Violation } from '../view/violation.ts'
import type { WorldView } from '../view/world-view.ts'
import type { Checker, ObservedFrame } from './checker.ts'

/** [G9] Nobody is told what became of a call by somebody of another identity. */
export class OwnOutcomes implements Checker {
  readonly name = 'own-outcomes'
  readonly guarantee = 'G9'

  observeFrame({ client: name, direction, text }: ObservedFrame, { clients, calls }: WorldView): void {
    if (direction === 'up' || !text.startsWith('{"type":"poke"') || text.startsWith('{"type":"poke","outcomes":[]')) return
    const identity = identityOf(clients.get(name)?.auth)
    if (identity === '') return
    for (const { seed, mutationID } of (JSON.parse(text) as { readonly outcomes: readonly OwnOutcome[] }).outcomes) {
      const call = calls.get(seed)
      const caller = identityOf(clients.get(call?.client ?? '')?.auth)
      if (call === undefined || caller === '' || caller === identity) continue
      throw new Violation(
        this.guarantee,
        this.name,
        `Client ${name}, who is "${identity}", was sent the outcome of mutation ${mutationID}, "${call.name}" (${seed}), which ${call.client} called as "${caller}"`,
      )
    }
  }
}
