import { join } from 'node:path'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { alternate } from '../measure/alternate.ts'
import { timedAsync } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { bareCommits } from './bare-commits.ts'
import { type Commits, callsOf, fillCounters } from './commits.ts'
import { engineCommits } from './engine-commits.ts'
import { roomCommits } from './room-commits.ts'

/** How many mutations the server commits a second, against the same statements on the same engine with nothing around them. */
export const serverCommit: Bench = {
  name: 'server-commit',
  summary: 'durable commits of a room in process, against the same SQL on bare better-sqlite3',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const { directory, progress } = context
  const rounds = byEffort(context, { smoke: 1, quick: 5, full: 15 })
  const warmups = byEffort(context, { smoke: 0, quick: 1, full: 3 })
  const commits = {
    bare: bareCommits(join(directory, 'bare.db'), { logged: false }),
    logged: bareCommits(join(directory, 'logged.db'), { logged: true }),
    engine: await engineCommits(join(directory, 'engine', 'room.db')),
    room: await roomCommits(join(directory, 'room', 'room.db')),
  }
  const all = Object.values(commits)
  for (const one of all) await fillCounters(one)
  const rows: Table['rows'][number][] = []
  for (const batch of [1, 10, 100, 1000]) {
    progress(`batches of ${batch}`)
    // Long enough for the disk's moods to even out, and to hold checkpoints.
    const count = byEffort(context, {
      smoke: 1,
      quick: batch === 1 ? 100 : 2000 / batch,
      full: batch === 1 ? 300 : Math.max(10, 5000 / batch),
    })
    const run = (one: Commits) => {
      let next = 0
      return async () => {
        const works = Array.from({ length: count }, () => one.prepare(callsOf(batch, next++)))
        const ms = await timedAsync(async () => {
          for (const work of works) await work()
        })
        return (batch * count * 1000) / ms
      }
    }
    const result = await alternate(
      { rounds, warmups },
      { bare: run(commits.bare), logged: run(commits.logged), engine: run(commits.engine), room: run(commits.room) },
    )
    rows.push({
      batch,
      ...statsCells('bare', result.of('bare')),
      ...statsCells('logged', result.of('logged')),
      ...statsCells('engine', result.of('engine')),
      ...statsCells('engineToBare', result.ratio('engine', 'bare')),
      ...statsCells('engineToLogged', result.ratio('engine', 'logged')),
      ...statsCells('room', result.of('room')),
      ...statsCells('roomToEngine', result.ratio('room', 'engine')),
    })
  }
  for (const one of all) await one.close()
  return {
    key: 'commits',
    title: 'Mutations a second, durable (WAL, synchronous=FULL)',
    columns: [
      { key: 'batch', title: 'batch' },
      { key: 'bare', title: 'bare', spread: true },
      { key: 'logged', title: 'bare + log row', spread: true },
      { key: 'engine', title: 'engine', spread: true },
      { key: 'engineToBare', title: 'engine/bare', decimals: 2, spread: true },
      { key: 'engineToLogged', title: 'engine/logged', decimals: 2, spread: true },
      { key: 'room', title: 'room', spread: true },
      { key: 'roomToEngine', title: 'room/engine', decimals: 2, spread: true },
    ],
    rows,
    notes: [
      'bare + log row: as bare, with the one row a mutation that exactly-once delivery and catch-up cannot do without.',
      'engine: RoomEngine.commit, which also captures changes, keeps the digest, and writes log, clients and position.',
      'room: from the text of a push to the text of its poke. It takes at most 500 mutations a batch.',
    ],
  }
}
