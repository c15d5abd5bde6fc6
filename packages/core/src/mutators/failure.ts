/** Which rule of the schema a mutation broke, as far as SQLite tells. */
export interface ConstraintDetail {
  readonly kind: 'unique' | 'primary-key' | 'not-null' | 'check' | 'foreign-key' | 'trigger' | 'datatype'
  readonly table?: string
  readonly columns?: readonly string[]
  /** The CHECK's name or expression. */
  readonly name?: string
}

/**
 * Why a mutation had no effect.
 * - `rejected`: the mutator threw or called `tx.reject`; `code` is the one given there, or `error`.
 * - `constraint`: the schema refused a write; `code` is the constraint's kind.
 * - `unauthorized`: this client may not make this mutation.
 * - `schema`: the mutation does not fit the code that ran it: unknown mutator, invalid arguments, refused SQL.
 * - `cancelled`: taken back before it was sent.
 */
export interface MutationFailure {
  readonly reason: 'rejected' | 'constraint' | 'unauthorized' | 'schema' | 'cancelled'
  readonly code: string
  readonly message: string
  readonly constraint?: ConstraintDetail
}

/** For mutations that the server has processed but whose outcome it no longer knows. */
export const OUTCOME_UNKNOWN: MutationFailure = {
  reason: 'rejected',
  code: 'outcome-unknown',
  message:
    'The server has processed a mutation under this number, but can no longer tell with what outcome. Look at the data before you repeat it.',
}

/** What the server made of a mutation. `value` is the mutator's return value, encoded (see `encodeData`). */
export type Outcome = { readonly ok: true; readonly value: string } | ({ readonly ok: false } & MutationFailure)

/** What `tx.reject` throws. App code may throw it as well, to reject from a helper that has no `tx`. */
export class MutationRejected extends Error {
  override readonly name = 'MutationRejected'
  readonly code: string
  constructor(code: string, message = code) {
    super(message)
    this.code = code
  }
}
