import { bootstrap } from './bootstrap.ts'
import { drain } from './drain.ts'
import { footprint } from './footprint.ts'
import { chromiumBootstrap, chromiumLocal, chromiumRebase } from './in-chromium.ts'
import { local } from './local.ts'
import { propagation } from './propagation.ts'
import { rebase } from './rebase.ts'
import { sustained } from './sustained.ts'
import type { Workload } from './workload.ts'

/** All of them, in the order in which they are run. */
export const WORKLOADS: readonly Workload[] = [
  local,
  rebase,
  drain,
  propagation,
  sustained,
  bootstrap,
  footprint,
  chromiumLocal,
  chromiumRebase,
  chromiumBootstrap,
]
