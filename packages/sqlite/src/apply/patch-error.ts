/** A patch that does not fit this database: made by another schema, or not by us. Nothing of it has been applied. */
export class PatchError extends Error {
  override readonly name = 'PatchError'
  readonly code = 'patch'
}
