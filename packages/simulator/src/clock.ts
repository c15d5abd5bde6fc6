/** Milliseconds of real time, which only ever go up: for budgets, never for what happens in a run. */
export function realElapsedMs(): number {
  return performance.now()
}
