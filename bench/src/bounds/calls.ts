import { createClient, loadWaSqlite } from '@savepoint/client/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { byEffort } from '../bench.ts'
import { byHandIncrementer } from '../local/by-hand-incrementer.ts'
import { type Incrementer, incrementFrom } from '../local/incrementer.ts'
import { savepointIncrementer } from '../local/savepoint-incrementer.ts'
import { cpuTimed } from '../measure/cpu-timed.ts'
import type { Contest } from './contest.ts'

/** As `local` in Node, in place. All that is called stays pending. */
export const calls: Contest<'savepoint' | 'byHand'> = {
  name: 'calls',
  rounds: 101,
  bounds: [{ work: 'savepoint', floor: 'byHand', what: 'a call and a query that shows it, in place', against: 'by hand', atRest: 5.8 }],
  async open(context) {
    const client = await createClient({
      schema: countersSchema,
      mutators: countersMutators,
      url: 'http://127.0.0.1',
      room: 'none',
      autoStart: false,
    })
    const savepoint = savepointIncrementer(client)
    const byHand = byHandIncrementer(await loadWaSqlite())
    const count = byEffort(context, { smoke: 10, quick: 300, full: 300 })
    return {
      // By hand they take so little that a round has more of them.
      variants: { savepoint: rounds(savepoint, count), byHand: rounds(byHand, 5 * count) },
      async close() {
        await savepoint.close()
        await byHand.close()
      },
    }
  },
}

/** Each round increments so many times, and tells what one took. */
function rounds(incrementer: Incrementer, count: number): () => Promise<number> {
  let done = 0
  return async () => {
    const ms = await cpuTimed(() => incrementFrom(done, count, incrementer, 'one by one'))
    done += count
    return ms / count
  }
}
