import type { Failpoint, FaultName } from '@savepoint/simulator'

/** Whether a run tells of it when it happens: a backup by itself harms nobody. So that a new one does not compile before it is here. */
const FAULTS: { readonly [F in FaultName]: boolean } = {
  cut: true,
  'half-open': true,
  partition: true,
  'slow-reader': true,
  'kill-client': true,
  close: true,
  'copy-profile': true,
  'clear-storage': true,
  update: true,
  'kill-server': true,
  'stop-server': true,
  'back-up': false,
  restore: true,
  deploy: true,
  'fail-disk': true,
  'fill-disk': true,
  'jump-clock': true,
  'fail-log': true,
  'repeat-late': true,
  'stall-requests': true,
  impersonate: true,
  'slow-log': true,
}

const FAILPOINTS: { readonly [F in Failpoint]: true } = {
  'before-begin': true,
  'mid-mutator': true,
  'before-append': true,
  'after-append': true,
  'before-commit': true,
  'during-commit': true,
  'after-commit': true,
  'before-answer': true,
}

/** All that can go wrong in a run, by the names under which runs count it. */
export const FAULTS_TO_MEET: readonly string[] = [
  ...Object.entries(FAULTS).flatMap(([name, isTold]) => (isTold ? [name] : [])),
  ...Object.keys(FAILPOINTS).map((failpoint) => `kill-server ${failpoint}`),
  'go-offline',
  'stall-requests met',
  'slow-log met',
  'client-cut',
]
