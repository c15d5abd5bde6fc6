/** What became of one figure over several rounds. */
export interface Stats {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @throws RangeError if there are no samples. */
export function statsOf(samples: readonly number[]): Stats {
  return { median: quantile(samples, 0.5), min: quantile(samples, 0), max: quantile(samples, 1) }
}

/**
 * The sample below which this share of all samples lies, by nearest rank.
 *
 * @throws RangeError if there are no samples.
 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  if (found === undefined) throw new RangeError('There are no samples.')
  return found
}
