/** SQL that a mutator may not run. The message names what was found and why it is refused. */
export class ForbiddenSqlError extends Error {
  override readonly name = 'ForbiddenSqlError'
  readonly code = 'forbidden-sql'
}
