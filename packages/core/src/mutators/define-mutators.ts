import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Tx } from './tx.ts'

/** Method syntax, so that a mutator may narrow `tx` to `Tx<MyAuth>`. */
type MutatorFunction = { run(tx: Tx, args: never): unknown }['run']

/** A mutator whose arguments a Standard Schema validates on both sides. Made by {@link mutator}. */
export interface ValidatedMutator<S extends StandardSchemaV1 = StandardSchemaV1, R = unknown> {
  readonly args: S
  run(tx: Tx, args: StandardSchemaV1.InferOutput<S>): R
}

/** Mutators by name. */
export type MutatorDefinitions = { readonly [name: string]: MutatorFunction | ValidatedMutator<StandardSchemaV1, unknown> }

/** An app's named mutators, as {@link defineMutators} returns them. */
export interface Mutators<D extends MutatorDefinitions = MutatorDefinitions> {
  readonly definitions: D
}

/** The parameters that a caller of this mutator gives: none, or its `args`. */
export type MutatorArgs<M> =
  M extends ValidatedMutator<infer S, unknown>
    ? undefined extends StandardSchemaV1.InferInput<S>
      ? [args?: StandardSchemaV1.InferInput<S>]
      : [args: StandardSchemaV1.InferInput<S>]
    : M extends (tx: never, ...args: infer A) => unknown
      ? A
      : never

/** What this mutator returns. A promise cannot be: the type becomes `never`. */
export type MutatorResult<M> = M extends { run(tx: never, args: never): infer R }
  ? Sync<R>
  : M extends (tx: never, ...args: never) => infer R
    ? Sync<R>
    : never

type Sync<R> = R extends PromiseLike<unknown> ? never : R

const NAME_LENGTH_MAX = 256

/**
 * Defines the mutators that an app's clients and server share. Each is a synchronous function of `(tx, args)`; what it
 * returns comes back with the outcome, and what it throws rejects the mutation.
 *
 * @throws TypeError if a name is empty, longer than 256 characters or `then`, or a definition is neither a function nor made by {@link mutator}, or is an async function.
 * @example
 * const mutators = defineMutators({
 *   addItem(tx, args: { title: string }) {
 *     const id = tx.id()
 *     tx.run('INSERT INTO items (id, title) VALUES (?, ?)', [id, args.title])
 *     return id
 *   },
 * })
 */
export function defineMutators<const D extends MutatorDefinitions>(definitions: D): Mutators<D> {
  for (const [name, definition] of Object.entries(definitions)) {
    // The wire carries names as short texts; a longer one would be refused on the way, and all that follows it with it.
    if (name === '' || name.length > NAME_LENGTH_MAX)
      throw new TypeError(`defineMutators: a name has 1 to ${NAME_LENGTH_MAX} characters, not ${name.length}`)
    if (name === 'then') throw new TypeError('defineMutators: "then" cannot be a name; client.mutate would be taken for a promise')
    const run = typeof definition === 'function' ? definition : definition?.run
    if (typeof run !== 'function') throw new TypeError(`defineMutators: "${name}" must be a function, or mutator(schema, function)`)
    if (run.constructor.name === 'AsyncFunction') {
      throw new TypeError(`defineMutators: "${name}" is async; a mutator must be synchronous, so do what needs awaiting before the call`)
    }
  }
  return Object.freeze({ definitions: Object.freeze({ ...definitions }) })
}

/**
 * A mutator whose arguments are validated by a Standard Schema (zod, valibot, arktype …) on the client and again on the
 * server. The call takes the schema's input, the function gets its output. The schema must validate synchronously.
 *
 * @example
 * const mutators = defineMutators({
 *   rename: mutator(z.object({ id: z.string(), title: z.string().min(1) }), (tx, { id, title }) => {
 *     tx.run('UPDATE items SET title = ? WHERE id = ?', [title, id])
 *   }),
 * })
 */
export function mutator<S extends StandardSchemaV1, R>(
  args: S,
  run: (tx: Tx, args: StandardSchemaV1.InferOutput<S>) => R,
): ValidatedMutator<S, R> {
  return { args, run }
}
