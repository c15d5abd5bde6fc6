import type { Table } from '../report/table.ts'

/** The columns of {@link longTaskCells}. */
export const LONG_TASK_COLUMNS: Table['columns'] = [
  { key: 'longTasks', title: 'long tasks' },
  { key: 'longestTask', title: 'longest ms', decimals: 0 },
]

/** How often a page was blocked for 50 ms and more, and for how long at most: 0 if never. */
export function longTaskCells(longTasks: readonly number[]): { readonly longTasks: number; readonly longestTask: number } {
  return { longTasks: longTasks.length, longestTask: Math.max(0, ...longTasks) }
}
