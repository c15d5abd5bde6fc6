/** A query was stopped because its time was over. Nothing else has happened: it can be run again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly code = 'SQLITE_INTERRUPT'
}
