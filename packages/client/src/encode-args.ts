import { ARGS_LENGTH_MAX, encodeData, type MutationFailure } from '@savepoint/core'

/** The text that arguments travel as, or why they cannot. */
export function encodeArgs(name: string, value: unknown): string | MutationFailure {
  try {
    const args = encodeData(value)
    if (args.length <= ARGS_LENGTH_MAX) return args
    return {
      reason: 'schema',
      code: 'args-too-large',
      message: `The arguments of "${name}" take ${args.length} characters; the limit is ${ARGS_LENGTH_MAX}.`,
    }
  } catch (error) {
    return { reason: 'schema', code: 'invalid-args', message: `The arguments of "${name}" cannot be sent: ${(error as Error).message}` }
  }
}
