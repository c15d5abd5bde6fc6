import { workerData } from 'node:worker_threads'
import { currentRun, SharedWatch } from '../threads/shared-watch.ts'

/** Steps of work in a run: as long as it takes to read what runs. */
const STEPS = 200

/** Writes runs for as long as it is let, two mutations each, which say themselves which run they are of. */
const memory = workerData as SharedArrayBuffer
const watch = new SharedWatch(memory)
for (let i = 0; ; i++) {
  const mutations = [1, 2].map((mutationID) => ({ clientID: `client-${i}`, mutationID, seed: String(2 * i + mutationID) }))
  watch.running(`room-${i}`, mutations)
  for (const index of [0, 1]) {
    watch.started(index)
    for (let step = 0; step < STEPS; step++) currentRun(memory)
  }
  watch.done()
}
