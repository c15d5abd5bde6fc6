import type { MutationHandle, SavepointClient } from '@savepoint/client'
import type { mutators } from '@savepoint-demo/mutators'
import { wallTime } from '../format/days.ts'
import { sampleBoard } from './sample-board.ts'

/** Makes the sample by the same mutators that people use; those who have the room open see it grow. */
export async function fillBoard({ mutate }: SavepointClient<(typeof mutators)['definitions']>, now: Date): Promise<void> {
  const { accounts, expenses, transfers, lists, closed } = sampleBoard(wallTime(now))
  const ids = new Map<string, string>()
  for (const account of accounts) ids.set(account.name, await resultOf(mutate.openAccount(account)))
  const idOf = (name: string) => ids.get(name) ?? ''
  for (const { account, ...expense } of expenses) mutate.recordExpense({ ...expense, account: idOf(account) })
  for (const { from, to, amount } of transfers) mutate.transfer({ from: idOf(from), to: idOf(to), amount })
  mutate.closeMonth({ month: closed })
  for (const { title, items } of lists) {
    const list = await resultOf(mutate.createList({ title }))
    for (const item of items) mutate.addItem({ list, title: item })
  }
}

/** What it returned on this client, which the server may still refuse. */
async function resultOf<Result>(handle: MutationHandle<Result>): Promise<Result> {
  const local = await handle.local
  if (!local.ok) throw new Error(local.message)
  return local.value
}
