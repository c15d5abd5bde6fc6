import type { SqlParams, SqlQuery } from '@savepoint/client'

/** The text of a query, and a key that is the same for the same text with the same parameters only. */
interface QueryKey {
  readonly sql: string
  readonly key: string
}

/** Builders make a new query object at each render, and apps a new array of parameters: what they say is compared, not who they are. */
export function queryKey(query: SqlQuery<never>, params: SqlParams | undefined): QueryKey {
  if (typeof query === 'string') return { sql: query, key: keyOf(query, params) }
  const { sql, parameters, params: own } = 'compile' in query ? query.compile() : 'toSQL' in query ? query.toSQL() : query
  // Parameters given twice are refused by the client, so they must not be taken for those of a query that has them once.
  return { sql, key: keyOf(sql, parameters ?? own) + keyOf('', params) }
}

function keyOf(sql: string, params: SqlParams | readonly unknown[] | undefined): string {
  let key = `${sql.length}:${sql}`
  if (params === undefined) return key
  for (const [name, value] of Object.entries(params)) key += `${name.length}:${name}${valueKey(value)}`
  return key
}

function valueKey(value: unknown): string {
  if (value instanceof Uint8Array) return `b${value.length}:${value.join()},`
  if (typeof value === 'string') return `s${value.length}:${value},`
  // A Real; whatever else is an object cannot be bound, and is refused by the client.
  if (typeof value === 'object' && value !== null) return `o${'value' in value ? valueKey(value.value) : ''},`
  // As text, -0 is 0.
  return `${typeof value}${Object.is(value, -0) ? '-0' : value},`
}
