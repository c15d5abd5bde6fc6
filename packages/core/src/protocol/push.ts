import type { Mutation } from '../mutators/mutation.ts'
import { type Fields, readCount, readList, readObject, readShortText, readText } from './fields.ts'

/** Mutations a push may hold; the server queues whole pushes, so this also bounds its work between answers. */
export const PUSH_MUTATIONS_MAX = 1000

/** Characters of one mutation's encoded arguments. Larger data belongs in a file store, with its name in the row. */
export const ARGS_LENGTH_MAX = 256 * 1024

/** Client → server: pending mutations in the order of their IDs. The clientID is the hello's. */
export interface Push {
  readonly type: 'push'
  readonly mutations: readonly PushedMutation[]
  /** As in {@link Hello}. */
  readonly confirmed: number
}

export type PushedMutation = Omit<Mutation, 'clientID'>

/** @throws SavepointError `bad-message` */
export function readPush(fields: Fields): Push {
  return {
    type: 'push',
    mutations: readList(fields, 'mutations', PUSH_MUTATIONS_MAX).map(readMutation),
    confirmed: readCount(fields, 'confirmed'),
  }
}

function readMutation(value: unknown): PushedMutation {
  const fields = readObject(value, 'a mutation')
  return {
    mutationID: readCount(fields, 'mutationID', 1),
    name: readShortText(fields, 'name'),
    args: readText(fields, 'args', ARGS_LENGTH_MAX),
    createdAt: readCount(fields, 'createdAt'),
    seed: readShortText(fields, 'seed'),
  }
}
