import type { Bench } from '../bench.ts'
import { measureQueries } from './queries.ts'
import { measureResults } from './results.ts'
import { measureWidths } from './widths.ts'

/** What depends on the data: how long results are, how many queries there are, how wide rows are. */
export const rows: Bench = {
  name: 'rows',
  summary: 'long results of live queries, many live queries, and wide rows, in place',
  run: async (context) => [await measureResults(context), await measureQueries(context), await measureWidths(context)],
}
