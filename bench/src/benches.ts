import type { Bench } from './bench.ts'
import { bootstrap } from './bootstrap/bootstrap.ts'
import { bounds } from './bounds/bounds.ts'
import { browserRebase } from './browser-rebase/browser-rebase.ts'
import { drain } from './drain/drain.ts'
import { local } from './local/local.ts'
import { logGrowth } from './log-growth/log-growth.ts'
import { react } from './react/react.ts'
import { rebase } from './rebase/rebase.ts'
import { rows } from './rows/rows.ts'
import { scale } from './scale/scale.ts'
import { serverCommit } from './server-commit/server-commit.ts'
import { simulator } from './simulator/simulator.ts'
import { size } from './size/size.ts'
import { socket } from './socket/socket.ts'
import { start } from './start/start.ts'
import { threads } from './threads/threads.ts'

/** All benchmarks, in the order in which they are listed. */
export const BENCHES: readonly Bench[] = [
  local,
  rebase,
  rows,
  browserRebase,
  start,
  react,
  size,
  serverCommit,
  logGrowth,
  drain,
  socket,
  threads,
  scale,
  bootstrap,
  simulator,
  bounds,
]
