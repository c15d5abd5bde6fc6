import type { Bench } from './bench.ts'
import { bootstrap } from './bootstrap/bootstrap.ts'
import { drain } from './drain/drain.ts'
import { rebase } from './rebase/rebase.ts'
import { serverCommit } from './server-commit/server-commit.ts'
import { simulator } from './simulator/simulator.ts'
import { socket } from './socket/socket.ts'
import { threads } from './threads/threads.ts'

/** All benchmarks, in the order in which they are listed. */
export const BENCHES: readonly Bench[] = [serverCommit, rebase, drain, socket, threads, bootstrap, simulator]
