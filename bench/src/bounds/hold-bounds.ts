import { type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { formatCell, statsCells, type Table } from '../report/table.ts'
import type { Contest } from './contest.ts'
import { verdictOf } from './verdict.ts'

/** Of those that count, rounds that are run before: code is compiled, and caches fill. */
const WARMUP_SHARE = 0.2

const RATIO = { key: 'ratio', title: 'ratio', decimals: 2, spread: true } as const
const BOUND = { key: 'bound', title: 'bound', decimals: 2 } as const

/** Runs a contest. One row a bound. */
export async function holdBounds(contest: Contest, context: BenchContext): Promise<Table['rows']> {
  const { variants, close } = await contest.open(context)
  try {
    const rounds = byEffort(context, { smoke: 1, quick: Math.ceil(contest.rounds / 4), full: contest.rounds })
    const result = await alternate({ rounds, warmups: Math.floor(rounds * WARMUP_SHARE) }, variants)
    return contest.bounds.map(({ work, floor, what, against, atRest }) => {
      const ratio = result.ratio(work, floor)
      return { what, against, ...statsCells('ratio', ratio), atRest, ...verdictOf(ratio.median, atRest) }
    })
  } finally {
    await close()
  }
}

/** The rows of all contests, and which bounds they have broken. */
export function boundsTable(rows: Table['rows']): Table {
  return {
    key: 'bounds',
    title: 'CPU time, as a multiple of what something else takes in the same round',
    columns: [
      { key: 'what', title: 'what' },
      { key: 'against', title: 'against' },
      RATIO,
      { key: 'atRest', title: 'at rest', decimals: 2 },
      BOUND,
      { key: 'verdict', title: 'verdict' },
    ],
    rows,
    notes: [
      'at rest: the ratio as it is written down in bench/src/bounds. bound: 1.5 times that, which the median of all rounds is held to.',
      'Each process’s own CPU time, of all its threads: that others want the cores too is not in it.',
    ],
    failures: rows
      .filter(({ verdict }) => verdict === 'FAILED')
      .map((row) => `${row.what}, against ${row.against}: ${formatCell(row, RATIO)}, where at most ${formatCell(row, BOUND)} is allowed`),
  }
}
