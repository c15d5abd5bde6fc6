/** As it was when this was loaded: a test may put a clock of its own in its place. */
const now = performance.now.bind(performance)

/** Milliseconds of real time, which only ever go up: for budgets, never for what happens in a run. */
export function realElapsedMs(): number {
  return now()
}
