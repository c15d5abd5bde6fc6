import { defineMutators, type MutatorDefinitions, type Mutators, type Schema } from '@savepoint/core'
import { type Retention, readRetention } from './retention.ts'
import type { AfterCommit } from './room/after-commit.ts'
import type { RoomOptions } from './room/room.ts'

/** What runs in a server's rooms. */
export interface ServerApp<D extends MutatorDefinitions = MutatorDefinitions> {
  readonly schema: Schema
  readonly mutators: Mutators<D>
  /** Mutators that do something else here than on clients: same names, same arguments. */
  readonly serverMutators?: { readonly [N in keyof D]?: D[N] }
  readonly afterCommit?: AfterCommit
  /** How long rooms keep their past. */
  readonly retention?: Partial<Retention>
}

/**
 * Says what runs in a server's rooms. A module that exports it as `app` can be given to `startServer`, which then runs the rooms in
 * threads of their own.
 *
 * @example
 * export const app = defineApp({ schema, mutators, afterCommit: ({ name }) => console.log(name) })
 */
export function defineApp<D extends MutatorDefinitions>(app: ServerApp<D>): ServerApp<D> {
  return app
}

/**
 * What rooms are told of an app.
 * @throws TypeError if something of it cannot be
 */
export function roomOptionsOf<D extends MutatorDefinitions>({
  schema,
  mutators,
  serverMutators,
  afterCommit,
  retention,
}: ServerApp<D>): Pick<RoomOptions, 'schema' | 'mutators' | 'retention' | 'afterCommit'> {
  return {
    schema,
    mutators: overridden(mutators, serverMutators),
    retention: readRetention(retention),
    ...(afterCommit && { afterCommit }),
  }
}

function overridden<D extends MutatorDefinitions>(mutators: Mutators<D>, own: { readonly [N in keyof D]?: D[N] } | undefined): Mutators {
  if (own === undefined) return mutators
  for (const name of Object.keys(own)) {
    if (!Object.hasOwn(mutators.definitions, name))
      throw new TypeError(`serverMutators: "${name}" overrides no mutator; clients could not call it`)
  }
  return defineMutators({ ...mutators.definitions, ...(own as MutatorDefinitions) })
}
