import { join } from 'node:path'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { type Stats, statsOf } from '../measure/stats.ts'
import { timedAsync } from '../measure/timed.ts'
import { statsCells, type Table } from '../report/table.ts'
import { GrownRoom } from './grown-room.ts'

/** Milliseconds that filling may take in all. A log that would take longer is left out. */
const FILL_MS_MAX = 8 * 60_000

/** Versions that a client which comes back has missed, and that a cut takes away. */
const VERSIONS_MISSED = 100
const VERSIONS_CUT = 100

const WORKS = ['open', 'commit', 'catchUp', 'cut'] as const
type Work = (typeof WORKS)[number]

/** What a room's log costs as it grows: the same work on rooms that differ in the length of their logs alone. */
export const logGrowth: Bench = {
  name: 'log-growth',
  summary: 'opening a room, commits, catch-up and cuts, as its log grows to ten million entries',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const { progress } = context
  const rounds = byEffort(context, { smoke: 1, quick: 5, full: 15 })
  const warmups = byEffort(context, { smoke: 0, quick: 1, full: 2 })
  const { rooms, left } = await fillAll(context)
  const samples = rooms.map(() => Object.fromEntries(WORKS.map((work) => [work, [] as number[]])) as { [work in Work]: number[] })
  const bytes: number[] = []
  for (let round = -warmups; round < rounds; round++) {
    progress(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`)
    // Each round starts with another room.
    for (let i = 0; i < rooms.length; i++) {
      const at = (i + round + warmups) % rooms.length
      const { room } = rooms[at] as { room: GrownRoom }
      const took = await workOn(room, byEffort(context, { smoke: 1, quick: 5, full: 20 }))
      bytes[at] = room.bytes
      room.close()
      if (round >= 0) for (const work of WORKS) samples[at]?.[work].push(took[work])
    }
  }
  const of = (at: number, work: Work): Stats => statsOf(samples[at]?.[work] ?? [])
  const ratio = (at: number, work: Work): Stats =>
    statsOf((samples[at]?.[work] ?? []).map((ms, round) => ms / (samples[0]?.[work][round] as number)))
  return {
    key: 'growth',
    title: 'Milliseconds, and against the shortest log in the same round',
    columns: [
      { key: 'entries', title: 'entries' },
      { key: 'megabytes', title: 'MB' },
      { key: 'open', title: 'open', decimals: 1 },
      { key: 'openRatio', title: 'ratio', decimals: 2, spread: true },
      { key: 'commit', title: 'commit', decimals: 1 },
      { key: 'commitRatio', title: 'ratio', decimals: 2, spread: true },
      { key: 'catchUp', title: 'catch-up', decimals: 2 },
      { key: 'catchUpRatio', title: 'ratio', decimals: 2, spread: true },
      { key: 'cut', title: 'cut', decimals: 1 },
      { key: 'cutRatio', title: 'ratio', decimals: 2, spread: true },
    ],
    rows: rooms.map(({ entries }, at) => ({
      entries,
      megabytes: (bytes[at] as number) / 1_000_000,
      ...Object.assign({}, ...WORKS.map((work) => ({ [work]: of(at, work).median, ...statsCells(`${work}Ratio`, ratio(at, work)) }))),
    })),
    notes: [
      'The logs are filled by SQL with entries as calls of add leave them, of 1,000 clients in turn which have confirmed them; the room holds 1,000 counters.',
      'open: RoomEngine.open of a room that is closed. commit: a batch of 100 mutations, durable.',
      `catch-up: what a client that has missed ${VERSIONS_MISSED} versions is sent. cut: ${VERSIONS_CUT} versions from the beginning of the log.`,
      'How much of a file is in memory is the system’s affair: all have been written just before.',
      ...left.map((entries) => `${entries.toLocaleString('en-US')} entries are left out: filling them would take too long here.`),
    ],
  }
}

/** Medians of some stays. */
async function workOn(room: GrownRoom, count: number): Promise<{ [work in Work]: number }> {
  const [opens, commits, catchUps, cuts]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let i = 0; i < count; i++) {
    room.close()
    opens.push(await room.open())
  }
  for (let i = 0; i < count; i++) {
    commits.push(await room.commit(100))
    catchUps.push(await room.catchUp(VERSIONS_MISSED))
    cuts.push(await room.cut(VERSIONS_CUT))
  }
  return { open: statsOf(opens).median, commit: statsOf(commits).median, catchUp: statsOf(catchUps).median, cut: statsOf(cuts).median }
}

async function fillAll(context: BenchContext) {
  const { directory, progress } = context
  const sizes = byEffort(context, { smoke: [500, 1000], quick: [10_000, 100_000], full: [10_000, 100_000, 1_000_000, 10_000_000] })
  const rooms: { readonly entries: number; readonly room: GrownRoom }[] = []
  const left: number[] = []
  let spent = 0
  let msPerEntry = 0
  for (const entries of sizes) {
    if (spent + entries * msPerEntry > FILL_MS_MAX) {
      left.push(entries)
      continue
    }
    const report = (done: number) => progress(`filling a log of ${entries}: ${done}`)
    let room: GrownRoom | undefined
    const ms = await timedAsync(async () => {
      room = await GrownRoom.grow(join(directory, String(entries), 'room.db'), entries, report)
    })
    if (room !== undefined) rooms.push({ entries, room })
    spent += ms
    msPerEntry = ms / entries
  }
  return { rooms, left }
}
