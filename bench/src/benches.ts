import type { Bench } from './bench.ts'
import { rebase } from './rebase/rebase.ts'
import { serverCommit } from './server-commit/server-commit.ts'

/** All benchmarks, in the order in which they are listed. */
export const BENCHES: readonly Bench[] = [serverCommit, rebase]
