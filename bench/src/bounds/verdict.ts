/** A ratio that is so many times what it was at rest is a regression. From run to run, and under load, it differs by a fifth at most. */
const REGRESSION = 1.5

/** What became of a ratio. */
interface Verdict {
  readonly bound: number
  readonly verdict: 'ok' | 'FAILED'
}

/** Whether a ratio is within the bound that follows from what it was at rest. What is no number is not. */
export function verdictOf(ratio: number, atRest: number): Verdict {
  const bound = atRest * REGRESSION
  return { bound, verdict: ratio <= bound ? 'ok' : 'FAILED' }
}
