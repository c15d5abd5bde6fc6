import { join } from 'node:path'
import { byEffort } from '../bench.ts'
import { cpuTimed } from '../measure/cpu-timed.ts'
import { bareCommits } from '../server-commit/bare-commits.ts'
import { type Commits, callsOf, fillCounters } from '../server-commit/commits.ts'
import { engineCommits } from '../server-commit/engine-commits.ts'
import { roomCommits } from '../server-commit/room-commits.ts'
import type { Contest } from './contest.ts'

const BATCH = 100

/** As `server-commit`. The time that the disk takes to flush is not in it. */
export const commits: Contest<'bare' | 'engine' | 'room'> = {
  name: 'commits',
  rounds: 41,
  bounds: [
    { work: 'engine', floor: 'bare', what: 'a commit of 100 by the engine', against: 'on bare better-sqlite3', atRest: 5.8 },
    { work: 'room', floor: 'engine', what: 'from a push of 100 to its poke', against: 'the engine alone', atRest: 1.14 },
  ],
  async open(context) {
    const { directory } = context
    const all = {
      bare: bareCommits(join(directory, 'bare.db'), { logged: false }),
      engine: await engineCommits(join(directory, 'engine', 'room.db')),
      room: await roomCommits(join(directory, 'room', 'room.db')),
    }
    for (const one of Object.values(all)) await fillCounters(one)
    const times = byEffort(context, { smoke: 1, quick: 20, full: 20 })
    return {
      variants: { bare: rounds(all.bare, times), engine: rounds(all.engine, times), room: rounds(all.room, times) },
      async close() {
        for (const one of Object.values(all)) await one.close()
      },
    }
  },
}

function rounds(commits: Commits, times: number): () => Promise<number> {
  let next = 0
  return async () => {
    const works = Array.from({ length: times }, () => commits.prepare(callsOf(BATCH, next++)))
    return await cpuTimed(async () => {
      for (const work of works) await work()
    })
  }
}
