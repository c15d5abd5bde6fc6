export type { MutationFailure, MutatorDefinitions, Mutators, SqlParams } from '@savepoint/core'
export type { CallTracing, TracedCall } from './call-tracing.ts'
export { Client } from './client.ts'
export type { ClientEventReport } from './client-event.ts'
export type { ClientOptions } from './client-options.ts'
export type { ClientStatus, Download, Outage } from './client-status.ts'
export type { WebSocketConstructor, WebSocketLike } from './connection/open-socket.ts'
export type { Scheduler } from './connection/scheduler.ts'
export type {
  GiveToken,
  Progress,
  ReceivedSnapshot,
  Snapshot,
  SnapshotPosition,
  SnapshotSink,
  Socket,
  SocketListener,
  TokenRequest,
  Transport,
} from './connection/transport.ts'
export { type TransportKind, type WebTransportOptions, webTransport } from './connection/web-transport.ts'
export type { LiveQuery } from './live/live-query.ts'
export type { LocalMutate, Mutate } from './mutate.ts'
export {
  type Awaitable,
  type Confirmation,
  type ConfirmedResult,
  type LocalMutationHandle,
  type LocalResult,
  MutationFailed,
  type MutationHandle,
  type MutationPhase,
} from './mutation-handle.ts'
export type { MutationRecord, MutationSelection, MutationStatus } from './pending/mutation-records.ts'
export type { Advance, Rebase } from './replica/advance.ts'
export type { Prediction } from './replica/predictions.ts'
export { Replica, type ReplicaContext } from './replica/replica.ts'
export type { QueryOptions, SavepointClient } from './savepoint-client.ts'
export type { SqlQuery, SqlStatement } from './sql-query.ts'
export type { ReplicaStorage, StorageInfo } from './storage.ts'
