import type { Effort } from '../bench.ts'
import type { Machine } from './machine.ts'
import type { Cell, Table } from './table.ts'

/** A report for programs: the rows of each table by the table's key. */
export interface JsonReport {
  readonly bench: string
  readonly effort: Effort
  readonly machine: Machine
  readonly tables: { readonly [key: string]: readonly { readonly [key: string]: Cell }[] }
}

/** Puts the report of one benchmark together. */
export function jsonReport(bench: string, effort: Effort, machine: Machine, tables: readonly Table[]): JsonReport {
  return { bench, effort, machine, tables: Object.fromEntries(tables.map(({ key, rows }) => [key, rows])) }
}
