export { type BindValue, type ExactValue, Real, type SqlParams, type SqlValue, sameValue } from './values/exact-value.ts'
export { hashText } from './values/hash-text.ts'
export type { Patch, TablePatch } from './values/patch.ts'
export { type Row, type RowChange, rowKey, sameRow } from './values/row-change.ts'
export { defineSchema, type Schema, type SchemaDefinition, type SchemaID } from './schema/define-schema.ts'
export { decodeData, encodeData } from './data/encode-data.ts'
export { DATA_DEPTH_MAX } from './data/check-data.ts'
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
export { type ConstraintDetail, type MutationFailure, MutationRejected, type Outcome } from './mutators/failure.ts'
export type { Mutation } from './mutators/mutation.ts'
export { randomID, seededRandom } from './mutators/seeded-random.ts'
export type { Tx, TxReason, TxRow, WriteResult } from './mutators/tx.ts'
