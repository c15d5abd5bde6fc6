import type { MutatorDefinitions, Mutators, Schema } from '@savepoint/core'
import type { CallTracing } from './call-tracing.ts'
import type { ClientEventReport } from './client-event.ts'
import type { Scheduler } from './connection/scheduler.ts'
import type { Transport } from './connection/transport.ts'
import type { ReplicaStorage } from './storage.ts'

/** What a client is made of. Entries for a platform (`@savepoint/client/node`) fill in most of it. */
export interface ClientOptions<D extends MutatorDefinitions> {
  readonly schema: Schema
  readonly mutators: Mutators<D>
  readonly storage: ReplicaStorage
  readonly transport: Transport
  readonly scheduler: Scheduler
  /** What `tx.auth` tells on this client. The server trusts only its own. */
  readonly auth?: unknown
  /** Called with each step of the client's work, as it happens. */
  readonly onEvent?: ((event: ClientEventReport) => void) | undefined
  /** Follows calls on their way, for a tracing system. Default: none. */
  readonly tracing?: CallTracing | undefined
}
