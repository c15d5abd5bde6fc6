import type { ComparisonReport } from '../comparison/run-comparison.ts'

type Result = ComparisonReport['results'][number]

/** One report of several runs, for a comparison that was made in pieces: what a later one measured takes the place of an earlier one's. */
export function mergeReports([first, ...others]: readonly [ComparisonReport, ...ComparisonReport[]]): ComparisonReport {
  let merged = first
  for (const later of others) {
    const measured = new Set(later.results.map(placeOf))
    const known = new Set(merged.systems.map(({ name }) => name))
    merged = {
      ...merged,
      ...(later.chromium !== undefined && { chromium: later.chromium }),
      effort: merged.effort === later.effort ? merged.effort : 'quick',
      systems: [...merged.systems, ...later.systems.filter(({ name }) => !known.has(name))],
      results: [...merged.results.filter((result) => !measured.has(placeOf(result))), ...later.results],
    }
  }
  return { ...merged, results: inOrder(merged) }
}

/** By size and then by system, as one run has them. */
function inOrder({ systems, results }: ComparisonReport): Result[] {
  const sizes = [...new Set(results.map(sizeOf))]
  const names = systems.map(({ name }) => name)
  return results.toSorted(
    (a, b) => sizes.indexOf(sizeOf(a)) - sizes.indexOf(sizeOf(b)) || names.indexOf(a.system) - names.indexOf(b.system),
  )
}

function placeOf(result: Result): string {
  return `${sizeOf(result)} ${result.system}`
}

function sizeOf({ workload, size }: Result): string {
  return JSON.stringify([workload, size])
}
