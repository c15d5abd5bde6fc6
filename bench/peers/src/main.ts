import { OWN_ENTRANTS, runComparison, writePerformancePage } from '@savepoint-demo/bench/comparison'
import { PEERS } from './peers.ts'

const file = await runComparison([...OWN_ENTRANTS, ...PEERS], 'npm run bench:peers --', process.argv.slice(2))
if (file !== undefined) writePerformancePage('peers', file)
