import type { Tx } from '@savepoint/core'

/** What the server's `authorize` returns for a signed-in user, and what the app gives its client. */
export interface BoardAuth {
  readonly user: string
}

export type BoardTx = Tx<BoardAuth | undefined>

/** Whose mutation this is. The server believes its own `authorize`, never the client. */
export function userOf(tx: BoardTx): string {
  return tx.auth?.user ?? 'guest'
}
