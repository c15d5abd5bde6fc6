import { Child } from '../processes/child.ts'

/** A new process, in which one run can be made. */
export function startRun(): Child {
  return new Child(new URL('../workloads/run-main.ts', import.meta.url))
}
