/** One call of a mutator. `args` is the encoded arguments (see `encodeData`), kept as text from the call to the log. */
export interface Mutation {
  readonly clientID: string
  /** 1, 2, 3 … for each client. */
  readonly mutationID: number
  readonly name: string
  readonly args: string
  /** Milliseconds since 1970 on the client's clock. */
  readonly createdAt: number
  /** Drawn at the call; `tx.random()` and `tx.id()` come from it, and it names the mutation if it is renumbered. */
  readonly seed: string
}
