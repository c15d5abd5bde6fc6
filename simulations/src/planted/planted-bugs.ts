import { ADMISSION_BUGS } from './bugs/admission-bugs.ts'
import { COMMIT_BUGS } from './bugs/commit-bugs.ts'
import { CONNECTION_BUGS } from './bugs/connection-bugs.ts'
import { PENDING_BUGS } from './bugs/pending-bugs.ts'
import { REPLICA_BUGS } from './bugs/replica-bugs.ts'
import { ROW_BUGS } from './bugs/row-bugs.ts'
import type { PlantedBug } from './planted-bug.ts'

/** All bugs that the simulator is to catch. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...ADMISSION_BUGS,
  ...COMMIT_BUGS,
  ...REPLICA_BUGS,
  ...PENDING_BUGS,
  ...ROW_BUGS,
  ...CONNECTION_BUGS,
]
