import { defineMutators, defineSchema } from '@savepoint/core'
import { deposit, openAccount, transfer } from './board/accounts.ts'
import { deleteExpense, recordExpense, retitleExpense, tagExpense, untagExpense } from './board/expenses.ts'
import { addItem, createList, deleteList, moveItem, removeItem } from './board/lists.ts'
import { closeMonth } from './board/months.ts'
import { BOARD_SQL } from './board/schema.ts'
import { deleteTag, renameTag } from './board/tags.ts'
import { CATEGORIES_SQL, createCategoryOrIncrementIfExists } from './categories.ts'

export { WORLD } from './board/ledger.ts'
export { readShortfall, type Shortfall } from './board/shortfall.ts'
export type { BoardAuth } from './board/user.ts'

/** The demo's database: the counters that the walk-through uses, and the expense board. */
export const schema = defineSchema({ name: 'savepoint-demo', version: 1, sql: CATEGORIES_SQL + BOARD_SQL })

/** All that can be done to it. Each of these runs at once on the client that calls it, and with authority on the server. */
export const mutators = defineMutators({
  createCategoryOrIncrementIfExists,
  openAccount,
  deposit,
  transfer,
  recordExpense,
  retitleExpense,
  tagExpense,
  untagExpense,
  deleteExpense,
  renameTag,
  deleteTag,
  closeMonth,
  createList,
  deleteList,
  addItem,
  moveItem,
  removeItem,
})
