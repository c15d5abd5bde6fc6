import { loadWaSqlite } from '@savepoint/client/node'
import { byEffort } from '../bench.ts'
import { cpuTimed } from '../measure/cpu-timed.ts'
import { baseImage } from '../rebase/base-image.ts'
import { byHandRebase } from '../rebase/by-hand-rebase.ts'
import { type Rebasing, replicaRebase } from '../rebase/replica-rebase.ts'
import type { Contest } from './contest.ts'

const MB = 1_000_000

/** As `rebase`, with rows side by side, so that the size of the base is nothing to them. */
export const rebases: Contest<'savepoint' | 'byHand' | 'fewer' | 'larger' | 'beside' | 'besideFew'> = {
  name: 'rebases',
  rounds: 41,
  bounds: [
    { work: 'savepoint', floor: 'byHand', what: 'a rebase of 1,000 pending', against: 'by hand', atRest: 2.15 },
    { work: 'savepoint', floor: 'fewer', what: 'of it, each pending mutation', against: 'each of 100', atRest: 0.75 },
    { work: 'larger', floor: 'savepoint', what: 'the same on a base of 20 MB', against: 'of 1 MB', atRest: 1.2 },
    { work: 'beside', floor: 'byHand', what: 'a change that none of 1,000 depends on', against: 'a rebase by hand', atRest: 0.1 },
    { work: 'beside', floor: 'besideFew', what: 'the same', against: 'that none of 10 depends on', atRest: 1 },
  ],
  async open(context) {
    const module = await loadWaSqlite()
    const pending = byEffort(context, { smoke: 10, quick: 1000, full: 1000 })
    const small = baseImage(byEffort(context, { smoke: 0.1 * MB, quick: MB, full: MB }))
    const large = baseImage(byEffort(context, { smoke: 0.2 * MB, quick: 20 * MB, full: 20 * MB }))
    const rebasings = {
      savepoint: replicaRebase(module, small, 'side by side', pending),
      byHand: byHandRebase(module, small, 'side by side', pending),
      fewer: replicaRebase(module, small, 'side by side', pending / 10),
      larger: replicaRebase(module, large, 'side by side', pending),
      beside: replicaRebase(module, small, 'side by side', pending, 'addByID'),
      besideFew: replicaRebase(module, small, 'side by side', Math.ceil(pending / 100), 'addByID'),
    }
    const times = byEffort(context, { smoke: 1, quick: 5, full: 5 })
    return {
      variants: {
        savepoint: rounds(rebasings.savepoint, times),
        byHand: rounds(rebasings.byHand, times),
        fewer: rounds(rebasings.fewer, times * 10),
        larger: rounds(rebasings.larger, times),
        beside: rounds(rebasings.beside, times * 20),
        besideFew: rounds(rebasings.besideFew, times * 20),
      },
      close() {
        for (const rebasing of Object.values(rebasings)) rebasing.close()
      },
    }
  },
}

function rounds(rebasing: Rebasing, times: number): () => Promise<number> {
  return async () => {
    const arrivals = Array.from({ length: times }, () => rebasing.prepare())
    return await cpuTimed(() => {
      for (const arrive of arrivals) arrive()
    })
  }
}
