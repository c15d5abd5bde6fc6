export type { Driver, ResultRow, RunResult, Statement } from './driver/driver.ts'
export { SqliteError } from './driver/sqlite-error.ts'
