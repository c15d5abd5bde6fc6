import type { ExactValue } from './exact-value.ts'
import type { Row } from './row-change.ts'

/** Net row changes of one table over a range of versions: whole rows as they are now, and keys of rows that are gone. */
export interface TablePatch {
  readonly table: string
  readonly puts: readonly Row[]
  readonly deletes: readonly (readonly ExactValue[])[]
}

/** The row changes of a range of versions, at most one for each row. */
export type Patch = readonly TablePatch[]
