import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import type { Table } from '../report/table.ts'
import { calls } from './calls.ts'
import { commits } from './commits.ts'
import type { Contest } from './contest.ts'
import { boundsTable, holdBounds } from './hold-bounds.ts'
import { logs } from './logs.ts'
import { pokes } from './pokes.ts'
import { rebases } from './rebases.ts'

const CONTESTS: readonly Contest[] = [calls, rebases, commits, logs, pokes]

/** What other benchmarks measure at length, in short: it fails where a ratio has grown. */
export const bounds: Bench = {
  name: 'bounds',
  summary: 'the ratios of local, rebase, server-commit, log-growth and socket in short; fails if one is half as much again as it was',
  async run(context) {
    const rows: Table['rows'][number][] = []
    for (const contest of CONTESTS) {
      context.progress(contest.name)
      const directory = join(context.directory, contest.name)
      mkdirSync(directory)
      rows.push(...(await holdBounds(contest, { ...context, directory })))
    }
    return [boundsTable(rows)]
  },
}
