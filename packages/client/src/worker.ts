import type { MutatorDefinitions, Mutators, Schema } from '@savepoint/core'
import { browserScheduler } from './browser/clock.ts'
import { replicaMaker } from './browser/replica-maker.ts'
import type { ToWorker } from './worker/protocol.ts'
import { Tab } from './worker/tab.ts'

export interface ReplicaWorkerOptions<D extends MutatorDefinitions> {
  readonly schema: Schema
  readonly mutators: Mutators<D>
}

/**
 * Makes this worker hold replicas for the page that started it, and for the other tabs of its origin: an app's worker calls it once.
 *
 * @example
 * import { startReplicaWorker } from '@savepoint/client/worker'
 * import { defineMutators, defineSchema } from '@savepoint/core'
 *
 * const schema = defineSchema({ name: 'todo', version: 1, sql: 'CREATE TABLE todos (id TEXT PRIMARY KEY NOT NULL)' })
 * startReplicaWorker({ schema, mutators: defineMutators({}) })
 */
export function startReplicaWorker<D extends MutatorDefinitions>({ schema, mutators }: ReplicaWorkerOptions<D>): void {
  const tab = new Tab({
    world: {
      scheduler: browserScheduler,
      elapsed: () => performance.now(),
      locks: navigator.locks,
      channel: (name) => new BroadcastChannel(name),
    },
    maker: replicaMaker(schema, mutators),
    toPage: (message) => postMessage(message),
  })
  addEventListener('message', ({ data }: MessageEvent<ToWorker>) => tab.receive(data))
}
