import type { SqlParams } from '@savepoint/core'

/** A statement as Kysely's `compile()` (`parameters`) and Drizzle's `toSQL()` (`params`) give it. */
export interface SqlStatement {
  readonly sql: string
  readonly parameters?: readonly unknown[]
  readonly params?: readonly unknown[]
}

/**
 * What can be asked: SQL as a text, a statement with its parameters, or a query of a builder, whose rows are then typed by it:
 * Kysely's (`compile`) and Drizzle's (`toSQL`) fit as they are.
 */
export type SqlQuery<Row> =
  | string
  | SqlStatement
  | { compile(): SqlStatement; execute(): Promise<Row[]> }
  | { toSQL(): SqlStatement; execute(): Promise<Row[]> }

/**
 * The text and the parameters of a query.
 * @throws TypeError if parameters are given twice, or `query` is none of these.
 */
export function statementOf(query: SqlQuery<unknown>, params: SqlParams | undefined): { readonly sql: string; readonly params: SqlParams } {
  if (typeof query === 'string') return { sql: query, params: params ?? [] }
  const statement = 'compile' in query ? query.compile() : 'toSQL' in query ? query.toSQL() : query
  if (typeof statement?.sql !== 'string') {
    throw new TypeError('A query is a SQL text, or { sql, parameters } as query builders make it. Nothing was run.')
  }
  const own = statement.parameters ?? statement.params
  if (own !== undefined && params !== undefined) {
    throw new TypeError('This query has parameters of its own; none can be passed beside them. Nothing was run.')
  }
  return { sql: statement.sql, params: (own ?? params ?? []) as SqlParams }
}
