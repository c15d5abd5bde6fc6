export { type BindValue, type ExactValue, Real, type SqlParams, type SqlValue, sameValue } from './values/exact-value.ts'
export { type Row, type RowChange, rowKey, sameRow } from './values/row-change.ts'
