import type { MutatorArgs, MutatorDefinitions, Mutators, Schema } from '@savepoint/core'
import type { Random } from './random.ts'

/** Reads the calling client's replica, as the app's own code would: for arguments that name what is there. */
export type Read = <Row = { [column: string]: unknown }>(sql: string, params?: readonly unknown[]) => Row[]

/** A fast-check arbitrary, by the part that is used. */
interface ArbitraryOf<T> {
  generate(random: never, bias: undefined): { readonly value: T }
}

/** Makes the arguments of one call; {@link SKIP} makes none. */
export type ArgsGenerator<Args> = ((random: Random, read: Read) => Args | typeof SKIP) | ArbitraryOf<Args>

/** Returned by a generator when there is nothing to call the mutator with. */
export const SKIP: unique symbol = Symbol('savepoint.skip')

type ArgsOf<M> = MutatorArgs<M> extends [] ? undefined : MutatorArgs<M> extends [args?: infer A] ? A : never

/** How a mutator is called: its arguments, and how often beside the others. */
export type WorkloadEntry<Args> =
  | ArgsGenerator<Args>
  | {
      readonly args?: ArgsGenerator<Args>
      /** Default 1. */
      readonly weight?: number
      /** True if the server is to reject all calls; else that is taken for a mistake of the workload. */
      readonly alwaysRejected?: boolean
    }

/** By mutator. One that is not named is not called. */
export type Workload<D extends MutatorDefinitions = MutatorDefinitions> = { readonly [N in keyof D]?: WorkloadEntry<ArgsOf<D[N]>> }

/** What an app ships: one schema, and the mutators that go with it. */
export interface AppVersion<D extends MutatorDefinitions = MutatorDefinitions> {
  readonly schema: Schema
  readonly mutators: Mutators<D>
  /** As `startServer` takes it. */
  readonly serverMutators?: { readonly [N in keyof D]?: D[N] }
}

/** The app that is simulated. */
export interface SimulatedApp<D extends MutatorDefinitions = MutatorDefinitions> extends AppVersion<D> {
  readonly workload: Workload<D>
  /** Later versions, for clients and servers that are updated in a run. The first is the app itself. */
  readonly laterVersions?: readonly AppVersion[]
  /** What `tx.auth` is for a client, on both sides; an `identity` in it names who it is. Default: nobody in particular. */
  readonly authOf?: (client: string) => unknown
}
