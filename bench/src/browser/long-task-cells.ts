/** How often a page was blocked for 50 ms and more, and for how long at most: 0 if never. */
export function longTaskCells(longTasks: readonly number[]): { readonly longTasks: number; readonly longestTask: number } {
  return { longTasks: longTasks.length, longestTask: Math.max(0, ...longTasks) }
}
