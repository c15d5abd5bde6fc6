import { CLIENT_FRAME_LENGTH_MAX, encodeFrame, PUSH_MUTATIONS_MAX, type PushedMutation } from '@savepoint/core'
import type { PendingMutation } from './pending/pending-mutation.ts'

/**
 * Characters of arguments that may be on their way at once. A server takes twice that from one connection before it
 * calls itself overloaded.
 */
const IN_FLIGHT_LENGTH_MAX = 4 * 1024 * 1024

/** The first of `next` that may be sent while `inFlight` is on its way; at least one if nothing is. */
export function fitInFlight(inFlight: readonly PendingMutation[], next: readonly PendingMutation[]): readonly PendingMutation[] {
  let length = inFlight.reduce((sum, mutation) => sum + mutation.args.length, 0)
  const end = next.findIndex((mutation, i) => {
    length += mutation.args.length
    return length > IN_FLIGHT_LENGTH_MAX && (i > 0 || inFlight.length > 0)
  })
  return end === -1 ? next : next.slice(0, end)
}

/** The frames that carry these mutations, in order, each within the protocol's limits. `traceOf` is asked by seed. */
export function pushFrames(
  mutations: readonly PendingMutation[],
  confirmed: number,
  traceOf: (seed: string) => string | undefined,
): string[] {
  const frames: string[] = []
  let batch: PushedMutation[] = []
  let length = 0
  const flush = () => {
    if (batch.length > 0) frames.push(encodeFrame({ type: 'push', mutations: batch, confirmed }))
    batch = []
    length = 0
  }
  for (const { mutationID, name, args, createdAt, seed } of mutations) {
    // Escaping can at most double the arguments (they hold no control characters); 1,000 is for the other fields and the frame.
    const size = args.length * 2 + 1000
    if (batch.length === PUSH_MUTATIONS_MAX || length + size > CLIENT_FRAME_LENGTH_MAX) flush()
    const trace = traceOf(seed)
    batch.push({ mutationID, name, args, createdAt, seed, ...(trace !== undefined && { trace }) })
    length += size
  }
  flush()
  return frames
}
