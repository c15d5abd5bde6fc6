export { IN_FLIGHT_MAX, initialClientState, stepClient } from './client-machine/client-machine.ts'
export type { ClientEffect, ClientEvent, ClientState, ClientStep, ClientTimer, Stage } from './client-machine/client-state.ts'
export { decodeData, encodeData } from './data/encode-data.ts'
export { ERROR_CODES, type ErrorCode, isErrorCode, SavepointError } from './errors/savepoint-error.ts'
export {
  defineMutators,
  type MutatorArgs,
  type MutatorDefinitions,
  type MutatorResult,
  type Mutators,
  mutator,
  type ValidatedMutator,
} from './mutators/define-mutators.ts'
export { type ConstraintDetail, type MutationFailure, MutationRejected, OUTCOME_UNKNOWN, type Outcome } from './mutators/failure.ts'
export { invokeMutator, MutationInvalid } from './mutators/invoke-mutator.ts'
export type { Mutation } from './mutators/mutation.ts'
export { randomID, seededRandom } from './mutators/seeded-random.ts'
export type { Tx, TxReason, TxRow, WriteResult } from './mutators/tx.ts'
export { TOKEN_LENGTH_MAX } from './protocol/authorize.ts'
export {
  CLIENT_FRAME_LENGTH_MAX,
  type ClientMessage,
  decodeClientFrame,
  decodeServerFrame,
  encodeFrame,
  SERVER_FRAME_LENGTH_MAX,
  type ServerMessage,
} from './protocol/frame.ts'
export type { BasePosition, Hello } from './protocol/hello.ts'
export { type EncodedOutcome, encodePoke, encodePokeBody, type OwnOutcome, type Poke } from './protocol/poke.ts'
export { PROTOCOL_VERSION } from './protocol/protocol-version.ts'
export { ARGS_LENGTH_MAX, PUSH_MUTATIONS_MAX, type Push, type PushedMutation } from './protocol/push.ts'
export type { Reason, Refusal } from './protocol/refusal.ts'
export type { Welcome } from './protocol/welcome.ts'
export { type Admission, admit } from './room-machine/admit.ts'
export type { ClientRecord } from './room-machine/client-record.ts'
export type { QueuedMutation, Sender } from './room-machine/inbox.ts'
export type { LineView } from './room-machine/line-view.ts'
export type { RoomEffect } from './room-machine/room-effect.ts'
export type { CatchUp, CommittedBatch, MutationResult, RoomEvent, RoomPosition } from './room-machine/room-event.ts'
export { ROOM_LIMITS, type RoomLimits } from './room-machine/room-limits.ts'
export { RoomMachine } from './room-machine/room-machine.ts'
export { defineSchema, type Schema, type SchemaDefinition, type SchemaID } from './schema/define-schema.ts'
export { type BindValue, type ExactValue, Real, type SqlParams, type SqlValue, sameValue } from './values/exact-value.ts'
export type { Patch, TablePatch } from './values/patch.ts'
export { type Row, type RowChange, rowKey, sameRow } from './values/row-change.ts'
export { decodePatch, decodeRow, encodePatch, encodeRow, type WirePatch, type WireTablePatch, type WireValue } from './values/wire-patch.ts'
