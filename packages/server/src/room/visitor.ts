/** Whose line it is. The identity of one who has none is the empty text: all of them count as one. */
export interface Visitor {
  readonly identity: string
  /** What mutators get as `tx.auth`. Rooms may run in another thread, so it has to be data that can be cloned. */
  readonly auth: unknown
  /** It may read and not push. */
  readonly readOnly?: boolean
}
