import type { ErrorCode } from '../errors/savepoint-error.ts'
import type { ClientRecord } from './client-record.ts'

/** What is to become of a pushed mutation: run it, answer it again from the log, or stop its sender. */
export type Admission = { readonly kind: 'run' } | { readonly kind: 'repeat' } | RefusedAdmission

export interface RefusedAdmission {
  readonly kind: 'refused'
  readonly code: ErrorCode
  readonly message: string
}

const RUN: Admission = { kind: 'run' }
const REPEAT: Admission = { kind: 'repeat' }

/**
 * Decides by the client's record alone. A repeat below the last one is compared by its seed when its outcome is looked
 * up; that is soon enough, because the same sender's next new mutation can only come after the last one, compared here.
 */
export function admit(
  client: ClientRecord | null,
  identity: string,
  mutation: { readonly mutationID: number; readonly seed: string },
): Admission {
  if (client !== null && client.identity !== identity) return unauthorizedClient()
  const last = client?.lastMutationID ?? 0
  if (mutation.mutationID === last + 1) return RUN
  if (mutation.mutationID > last) {
    return {
      kind: 'refused',
      code: 'mutation-gap',
      message: `Mutation ${mutation.mutationID} was pushed, but the room has processed this client's up to ${last}. It had no effect; push from ${last + 1}.`,
    }
  }
  if (mutation.mutationID === last && mutation.seed !== client?.lastSeed) return forkedAt(last)
  return REPEAT
}

export function unauthorizedClient(): RefusedAdmission {
  return {
    kind: 'refused',
    code: 'unauthorized',
    message: 'This clientID belongs to another identity. Nothing was applied; use a clientID of your own.',
  }
}

export function forkedAt(mutationID: number): RefusedAdmission {
  return {
    kind: 'refused',
    code: 'client-forked',
    message: `Mutation ${mutationID} of this client is another one here: a copy of this replica uses the same clientID. Nothing was applied; take a new clientID and push again.`,
  }
}
