import type { MutationFailure, Outcome } from '@savepoint/core'
import type { Rebase } from './replica/advance.ts'

/** What a client tells those who watch its work: logs, demos, simulations. */
export type ClientEventReport =
  | { readonly type: 'mutated' /** The handle's. */; readonly id: string; readonly mutationID: number; readonly name: string }
  | { readonly type: 'pushed'; readonly mutationIDs: readonly number[] }
  | {
      readonly type: 'advanced'
      readonly from: number | null
      readonly to: number
      /** False if nothing had to be undone: all came out as predicted, and what else changed is nothing that pending mutations depend on. */
      readonly rebased: boolean
      readonly undone: number
      /** When it began, in milliseconds since 1970, and how many it took, by the client's clock, with the live queries that it changed. */
      readonly began: number
      readonly ms: number
      readonly replayed: readonly { readonly mutationID: number; readonly name: string; readonly withdrawn?: MutationFailure }[]
      /** The highest mutationID of this client that the server has processed. */
      readonly lastMutationID: number
    }
  | {
      readonly type: 'settled' /** The handle's. */
      readonly id: string
      readonly mutationID: number
      readonly name: string
      readonly outcome: Outcome
    }
  | { readonly type: 'bootstrapped'; readonly version: number }
  | { readonly type: 'forked'; readonly clientID: string }
  /** Something failed, and the client went on. */
  | { readonly type: 'failed'; readonly error: unknown }

/** What is told of a rebase. */
export function describeRebase({
  rebased,
  undone,
  replayed,
}: Rebase): Pick<Extract<ClientEventReport, { type: 'advanced' }>, 'rebased' | 'undone' | 'replayed'> {
  return {
    rebased,
    undone,
    replayed: replayed.map(({ mutation: { mutationID, name }, withdrawn }) => ({ mutationID, name, ...(withdrawn && { withdrawn }) })),
  }
}
