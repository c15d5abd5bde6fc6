import { join } from 'node:path'
import { byEffort } from '../bench.ts'
import { GrownRoom } from '../log-growth/grown-room.ts'
import { cpuTimed } from '../measure/cpu-timed.ts'
import type { Contest } from './contest.ts'

/** Mutations of a commit, which are cut away again, and versions of a catch-up. */
const VERSIONS = 100

/** As `log-growth`, with logs that are filled in no time. */
export const logs: Contest<`${'open' | 'commit' | 'catchUp'}${'Short' | 'Long'}`> = {
  name: 'logs',
  rounds: 41,
  bounds: [
    { work: 'openLong', floor: 'openShort', what: 'opening a room with a log of 100,000', against: 'of 10,000', atRest: 1 },
    { work: 'commitLong', floor: 'commitShort', what: 'a commit of 100 in it', against: 'of 10,000', atRest: 1 },
    { work: 'catchUpLong', floor: 'catchUpShort', what: 'a catch-up of 100 versions from it', against: 'of 10,000', atRest: 1 },
  ],
  async open(context) {
    const [short, long] = byEffort(context, { smoke: [500, 1000], quick: [10_000, 100_000], full: [10_000, 100_000] }) as [number, number]
    const grow = async (entries: number) => {
      const room = await GrownRoom.grow(join(context.directory, String(entries), 'room.db'), entries, () => {})
      await room.open()
      return room
    }
    const rooms = { short: await grow(short), long: await grow(long) }
    const times = byEffort(context, { smoke: 1, quick: 10, full: 10 })
    const rounds = (work: (room: GrownRoom) => Promise<number>, room: GrownRoom) => async () => {
      let ms = 0
      for (let i = 0; i < times; i++) ms += await work(room)
      return ms
    }
    return {
      variants: {
        openShort: rounds(open, rooms.short),
        openLong: rounds(open, rooms.long),
        commitShort: rounds(commit, rooms.short),
        commitLong: rounds(commit, rooms.long),
        catchUpShort: rounds(catchUp, rooms.short),
        catchUpLong: rounds(catchUp, rooms.long),
      },
      close() {
        for (const room of Object.values(rooms)) room.close()
      },
    }
  },
}

function open(room: GrownRoom): Promise<number> {
  room.close()
  return cpuTimed(() => room.open())
}

async function commit(room: GrownRoom): Promise<number> {
  const ms = await cpuTimed(() => room.commit(VERSIONS))
  await room.cut(VERSIONS)
  return ms
}

function catchUp(room: GrownRoom): Promise<number> {
  return cpuTimed(() => room.catchUp(VERSIONS))
}
