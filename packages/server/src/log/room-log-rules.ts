import { FencedError, type LogEntry, type LogRetention, type RoomLog } from './room-log.ts'

/** A log to be held to the rules, and how a room would append to it. */
export interface LogUnderTest {
  readonly log: RoomLog
  append(entries: readonly LogEntry[]): Promise<void>
  /** Another server's handle on the same log; null if it can have one owner only. */
  another(): RoomLog | null
}

/** One thing that every log must do. */
export interface RoomLogRule {
  readonly name: string
  /** Tries it on a log that is new. Rejects, and says what is otherwise, if it does not hold. */
  check(under: LogUnderTest): Promise<void>
}

/** What every {@link RoomLog} must do: for the tests of a log of your own, wherever they run. */
export const ROOM_LOG_RULES: readonly RoomLogRule[] = [
  {
    name: 'a new one takes the epoch that it is given, and keeps it',
    async check({ log, append }) {
      same(await log.claim('e1'), { epoch: 'e1', version: 0, floor: 0 })
      await append(entries('a', 1, 2))
      same(await log.claim('e2'), { epoch: 'e1', version: 2, floor: 0 })
    },
  },
  {
    name: 'gives back what was appended, in order, in as many reads as it likes',
    async check({ log, append }) {
      await log.claim('e')
      const all = entries('a', 1, 30)
      await append(all.slice(0, 7))
      await append(all.slice(7))
      same(await readAll(log, 0, 30), all)
      same(await readAll(log, 4, 11), all.slice(4, 11))
      same(await log.read(30, 30), [])
      const long = { ...(all[0] as LogEntry), version: 31, mutationID: 31, previous: 30, changes: `"${'x'.repeat(3 * 1024 * 1024)}"` }
      await append([long])
      same(await readAll(log, 30, 31), [long])
    },
  },
  {
    name: "finds a client's outcomes after one mutation, up to a version",
    async check({ log, append }) {
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      same(await outcomeIDs(log, 'a', 0, 10), [1, 2, 3, 4, 5])
      same(await outcomeIDs(log, 'a', 3, 10), [4, 5])
      same(await outcomeIDs(log, 'b', 0, 5), [1, 2])
      same(await outcomeIDs(log, 'a', 5, 10), [])
      same(await outcomeIDs(log, 'nobody', 0, 10), [])
      same((await log.outcomes('b', 0, 2))[0], { mutationID: 1, seed: 'b/1', outcome: '{"ok":true,"value":"1"}' })
    },
  },
  {
    name: '[G5] cut, it keeps what clients have not confirmed, and tells that changes are gone',
    async check({ log, append }) {
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      await log.saveSnapshot({ version: 10, image: new Uint8Array() })
      same(await floorOf(log, { floor: 6 }, (clientID) => (clientID === 'a' ? 2 : 0)), 6)
      same(await log.claim('e'), { epoch: 'e', version: 10, floor: 6 })
      same(await log.read(5, 10), null)
      same(
        (await readAll(log, 6, 10)).map(({ version }) => version),
        [7, 8, 9, 10],
      )
      same(await outcomeIDs(log, 'a', 2, 10), [3, 4, 5])
      same(
        (await log.outcomes('b', 0, 10)).map(({ seed }) => seed),
        ['b/1', 'b/2', 'b/3', 'b/4', 'b/5'],
      )
      same(await floorOf(log, { floor: 3 }, () => 0), 6)
      await append([{ ...(entries('a', 6, 1)[0] as LogEntry), version: 11, previous: 9 }])
      same(await outcomeIDs(log, 'a', 5, 11), [6])
    },
  },
  {
    name: 'cut by age, it goes no further than to what is young enough',
    async check({ log, append }) {
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      await log.saveSnapshot({ version: 10, image: new Uint8Array() })
      same(await floorOf(log, { since: timeOf(5) }, () => 100), 4)
      same(await log.read(3, 10), null)
      same((await readAll(log, 4, 10)).length, 6)
      same(await floorOf(log, { floor: 6, since: timeOf(3) }, () => 100), 6)
      same(await floorOf(log, { since: timeOf(100) }, () => 100), 10)
    },
  },
  {
    name: '[G10] cut, it keeps so many outcomes that nobody has confirmed, none that is too old, and drops the oldest first',
    async check({ log, append }) {
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      await log.saveSnapshot({ version: 10, image: new Uint8Array() })
      same(await floorOf(log, { floor: 8, outcomes: 5 }), 8)
      same(
        [await outcomeIDs(log, 'a', 0, 10), await outcomeIDs(log, 'b', 0, 10)],
        [
          [3, 4, 5],
          [2, 3, 4, 5],
        ],
      )
      same(await floorOf(log, { floor: 8, outcomesSince: timeOf(7) }), 8)
      same(
        [await outcomeIDs(log, 'a', 0, 10), await outcomeIDs(log, 'b', 0, 10)],
        [
          [4, 5],
          [4, 5],
        ],
      )
      same(await floorOf(log, { floor: 8, outcomes: 0, outcomesSince: timeOf(100) }), 8)
      same([await outcomeIDs(log, 'a', 0, 10), await outcomeIDs(log, 'b', 0, 10)], [[5], [5]])
      same((await readAll(log, 8, 10)).length, 2)
    },
  },
  {
    name: 'is never cut beyond its head',
    async check({ log, append }) {
      await log.claim('e')
      await append(entries('a', 1, 3))
      await log.saveSnapshot({ version: 3, image: new Uint8Array() })
      same(await floorOf(log, { floor: 100 }, () => 100), 3)
      same(await log.claim('e'), { epoch: 'e', version: 3, floor: 3 })
      same(await log.read(3, 3), [])
    },
  },
  {
    name: 'whoever claims it fences the owner before',
    async check({ log, append, another }) {
      const other = another()
      if (other === null) return
      await log.claim('e')
      await append(entries('a', 1, 1))
      same(await other.claim('f'), { epoch: 'e', version: 1, floor: 0 })
      const next = { ...(entries('a', 2, 1)[0] as LogEntry), version: 2 }
      const refusal = await append([next]).then(
        () => null,
        (error: unknown) => error,
      )
      if (!(refusal instanceof FencedError)) throw new Error(`The owner before was not fenced, but met ${String(refusal)}`)
      await other.append([next])
      same(
        (await readAll(other, 0, 2)).map(({ mutationID }) => mutationID),
        [1, 2],
      )
    },
  },
  {
    name: 'a snapshot is given back as it was saved, the newest one',
    async check({ log, append }) {
      await log.claim('e')
      const none = await log.snapshot()
      await append(entries('a', 1, 3))
      await log.saveSnapshot({ version: 1, image: Uint8Array.of(1) })
      await log.saveSnapshot({ version: 3, image: Uint8Array.of(3, 3) })
      const saved = await log.snapshot()
      // The log in the room's own database has none to give.
      if (none === null && saved === null) return
      same([none, saved?.version, [...(saved?.image ?? [])]], [null, 3, [3, 3]])
    },
  },
]

/** By content, whatever the order of an object's fields. */
function same(actual: unknown, expected: unknown): void {
  const [found, wanted] = [sortedText(actual), sortedText(expected)]
  if (found !== wanted) throw new Error(`Expected ${wanted.slice(0, 1000)}, and found ${found.slice(0, 1000)}`)
}

function sortedText(value: unknown): string {
  const sort = (_: string, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  return JSON.stringify(value, sort)
}

/** Cuts it down to this, and else to nothing less than it has, as often as it wants. */
async function floorOf(log: RoomLog, retention: Partial<LogRetention>, acked: (clientID: string) => number = () => 0): Promise<number> {
  const all = { floor: 0, since: 0, outcomes: 1000, outcomesSince: 0 }
  for (;;) {
    const { floor, isDone } = await log.truncate({ ...all, ...retention }, acked)
    if (isDone) return floor
  }
}

async function outcomeIDs(log: RoomLog, clientID: string, after: number, to: number): Promise<number[]> {
  return (await log.outcomes(clientID, after, to)).map(({ mutationID }) => mutationID)
}

async function readAll(log: RoomLog, after: number, to: number): Promise<LogEntry[]> {
  const all: LogEntry[] = []
  while (after < to) {
    const part = await log.read(after, to)
    if (part === null || part.length === 0) throw new Error(`There are no entries after version ${after}`)
    all.push(...part)
    after = (all.at(-1) as LogEntry).version
  }
  return all
}

/** One client's entries from a mutationID on, versions alike. */
function entries(clientID: string, from: number, count: number): LogEntry[] {
  return Array.from({ length: count }, (_, i) => entry(clientID, from + i, from + i, from + i - 1))
}

function timeOf(version: number): number {
  return 1_700_000_000_000 + version
}

/** Two clients' entries in turn, from version 1. */
function interleaved(a: string, b: string, count: number): LogEntry[] {
  return Array.from({ length: count }, (_, i) => entry(i % 2 === 0 ? a : b, Math.floor(i / 2) + 1, i + 1, Math.max(0, i - 1)))
}

function entry(clientID: string, mutationID: number, version: number, previous: number): LogEntry {
  return {
    version,
    clientID,
    mutationID,
    seed: `${clientID}/${mutationID}`,
    name: 'add',
    args: '{"json":1}',
    changes: `[["t",[[${version}]],[]]]`,
    outcome: '{"ok":true,"value":"1"}',
    author: 'ann',
    at: timeOf(version),
    digest: '00ff00ff00ff00ff',
    previous,
  }
}
