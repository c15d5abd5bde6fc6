import { whyNoNode } from './node-for-zero.ts'
import { whyNoPostgres } from './postgres-programs.ts'

/** Why Zero cannot run on this machine; nothing, if it can. */
export function whyNoZero(): string | undefined {
  return whyNoPostgres() ?? whyNoNode()
}
