import type { StandardSchemaV1 } from '@standard-schema/spec'
import { decodeData, encodeData } from '../data/encode-data.ts'
import type { Mutators, ValidatedMutator } from './define-mutators.ts'
import type { Tx } from './tx.ts'

/** A call that does not fit the mutators at hand; the mutation becomes a failure of reason `schema` with this code. */
export class MutationInvalid extends Error {
  override readonly name = 'MutationInvalid'
  readonly code: 'unknown-mutator' | 'invalid-args' | 'async-mutator' | 'invalid-result'
  constructor(code: MutationInvalid['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Decodes and validates the arguments, runs the mutator, and returns what it returned, encoded. With `decode`, the caller
 * may keep decoded arguments from one run to the next.
 *
 * @throws MutationInvalid if the mutator is not known, its arguments do not validate, it returns a promise, or it
 * returns what cannot be sent. What the mutator throws passes through.
 */
export function invokeMutator(
  mutators: Mutators,
  name: string,
  args: string,
  tx: Tx,
  decode: (text: string) => unknown = decodeData,
): string {
  const definition = Object.hasOwn(mutators.definitions, name) ? mutators.definitions[name] : undefined
  if (definition === undefined) {
    throw new MutationInvalid('unknown-mutator', `There is no mutator "${name}" here. Deploy the same mutators on both sides.`)
  }
  const value = decodeArgs(name, args, decode)
  const run = (typeof definition === 'function' ? definition : definition.run.bind(definition)) as (tx: Tx, args: unknown) => unknown
  return encodeResult(name, run(tx, typeof definition === 'function' ? value : validate(name, definition, value)))
}

function decodeArgs(name: string, args: string, decode: (text: string) => unknown): unknown {
  try {
    return decode(args)
  } catch (error) {
    throw new MutationInvalid('invalid-args', `The arguments of "${name}" are not valid: ${(error as Error).message}`)
  }
}

function validate(name: string, definition: ValidatedMutator, value: unknown): unknown {
  const result = definition.args['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new MutationInvalid('invalid-args', `The schema of "${name}" validates asynchronously; a mutator's must be synchronous.`)
  }
  if (result.issues)
    throw new MutationInvalid('invalid-args', `The arguments of "${name}" are not valid: ${result.issues.map(describeIssue).join('; ')}`)
  return result.value
}

function describeIssue(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}

function encodeResult(name: string, result: unknown): string {
  if (typeof (result as PromiseLike<unknown> | null)?.then === 'function') {
    Promise.resolve(result).catch(() => {})
    throw new MutationInvalid(
      'async-mutator',
      `"${name}" returned a promise. A mutator must be synchronous: do what needs awaiting before the call.`,
    )
  }
  try {
    return encodeData(result)
  } catch (error) {
    throw new MutationInvalid('invalid-result', `"${name}" returned what cannot be sent: ${(error as Error).message}`)
  }
}
