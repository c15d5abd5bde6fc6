import { OWN_ENTRANTS, runComparison } from '@savepoint-demo/bench/comparison'
import { PEERS } from './peers.ts'

await runComparison([...OWN_ENTRANTS, ...PEERS])
