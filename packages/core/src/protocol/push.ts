import type { Mutation } from '../mutators/mutation.ts'
import { type Fields, readCount, readList, readObject, readShortText, readText } from './fields.ts'

/** Mutations a push may hold; the server queues whole pushes, so this also bounds its work between answers. */
export const PUSH_MUTATIONS_MAX = 1000

/** Characters of one mutation's encoded arguments. Larger data belongs in a file store, with its name in the row. */
export const ARGS_LENGTH_MAX = 256 * 1024

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Client → server: pending mutations in the order of their IDs. The clientID is the hello's. */
export interface Push {
  readonly type: 'push'
  readonly mutations: readonly PushedMutation[]
  /** As in {@link Hello}. */
  readonly confirmed: number
}

export interface PushedMutation extends Omit<Mutation, 'clientID'> {
  /** Where the call stands in a trace: W3C's `traceparent`. For whoever watches; no outcome depends on it. */
  readonly trace?: string
}

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
  const trace = readTrace(fields.trace)
  return {
    mutationID: readCount(fields, 'mutationID', 1),
    name: readShortText(fields, 'name'),
    args: readText(fields, 'args', ARGS_LENGTH_MAX),
    createdAt: readCount(fields, 'createdAt'),
    seed: readShortText(fields, 'seed'),
    ...(trace !== undefined && { trace }),
  }
}

/** A trace that is none is as good as absent: no mutation is refused for it. */
function readTrace(value: unknown): string | undefined {
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined
}
