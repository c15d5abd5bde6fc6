const KEEPS_SCHEMA = /^(?:select|insert|update|delete|replace|with|values|begin|savepoint|release|commit|end|explain)$/i

/**
 * False if running the statement cannot change the columns of a table. ROLLBACK can: it may take back an ALTER TABLE.
 */
export function mayChangeSchema(sql: string): boolean {
  const word = /^(?:[\s;]|--[^\n]*\n|\/\*[^]*?\*\/)*([a-z]+)/i.exec(sql)?.[1] ?? ''
  return !KEEPS_SCHEMA.test(word)
}
