import { useQuery } from '../board-client.ts'

export interface Account {
  readonly id: string
  readonly name: string
  /** Cents. */
  readonly balance: number
}

const ACCOUNTS = "SELECT id, name, balance FROM accounts WHERE id <> 'world' ORDER BY name COLLATE NOCASE"

/** All accounts of people, and whether they are known yet. */
export function useAccounts(): { readonly accounts: readonly Account[]; readonly isLoading: boolean } {
  const { rows, status } = useQuery<Account>(ACCOUNTS)
  return { accounts: rows, isLoading: status === 'loading' }
}
