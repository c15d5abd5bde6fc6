import { describe, expect, test } from 'vitest'
import { FencedError, type LogEntry, type RoomLog } from './room-log.ts'

/** A log to be held to the contract, and how a room would append to it. */
export interface LogUnderTest {
  readonly log: RoomLog
  append(entries: readonly LogEntry[]): Promise<void>
  /** Another server's handle on the same log; null if it can have one owner only. */
  another(): RoomLog | null
}

/** What every {@link RoomLog} must do. */
export function describeRoomLog(name: string, open: () => LogUnderTest): void {
  describe(name, () => {
    test('a new one takes the epoch that it is given, and keeps it', async () => {
      const { log, append } = open()
      expect(await log.claim('e1')).toEqual({ epoch: 'e1', version: 0, floor: 0 })
      await append(entries('a', 1, 2))
      expect(await log.claim('e2')).toEqual({ epoch: 'e1', version: 2, floor: 0 })
    })

    test('gives back what was appended, in order, in as many reads as it likes', async () => {
      const { log, append } = open()
      await log.claim('e')
      const all = entries('a', 1, 20)
      await append(all.slice(0, 7))
      await append(all.slice(7))
      expect(await readAll(log, 0, 20)).toEqual(all)
      expect(await readAll(log, 4, 11)).toEqual(all.slice(4, 11))
      expect(await log.read(20, 20)).toEqual([])
      const long = { ...(all[0] as LogEntry), version: 21, mutationID: 21, previous: 20, changes: `"${'x'.repeat(3 * 1024 * 1024)}"` }
      await append([long])
      expect(await readAll(log, 20, 21)).toEqual([long])
    })

    test("finds a client's outcomes after one mutation, up to a version", async () => {
      const { log, append } = open()
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      const ids = async (clientID: string, after: number, to: number) =>
        (await log.outcomes(clientID, after, to)).map(({ mutationID }) => mutationID)
      expect(await ids('a', 0, 10)).toEqual([1, 2, 3, 4, 5])
      expect(await ids('a', 3, 10)).toEqual([4, 5])
      expect(await ids('b', 0, 5)).toEqual([1, 2])
      expect(await ids('a', 5, 10)).toEqual([])
      expect(await ids('nobody', 0, 10)).toEqual([])
      expect((await log.outcomes('b', 0, 2))[0]).toEqual({ mutationID: 1, seed: 'b/1', outcome: '{"ok":true,"value":"1"}' })
    })

    test('[G5] cut, it keeps what clients have not confirmed, and tells that changes are gone', async () => {
      const { log, append } = open()
      await log.claim('e')
      await append(interleaved('a', 'b', 10))
      await log.saveSnapshot({ version: 10, image: new Uint8Array() })
      expect(await log.truncate(6, (clientID) => (clientID === 'a' ? 2 : 0))).toBe(6)
      expect(await log.claim('e')).toEqual({ epoch: 'e', version: 10, floor: 6 })
      expect(await log.read(5, 10)).toBeNull()
      expect((await readAll(log, 6, 10)).map(({ version }) => version)).toEqual([7, 8, 9, 10])
      expect((await log.outcomes('a', 2, 10)).map(({ mutationID }) => mutationID)).toEqual([3, 4, 5])
      expect((await log.outcomes('b', 0, 10)).map(({ seed }) => seed)).toEqual(['b/1', 'b/2', 'b/3', 'b/4', 'b/5'])
      expect(await log.truncate(3, () => 0)).toBe(6)
      await append([{ ...(entries('a', 6, 1)[0] as LogEntry), version: 11, previous: 9 }])
      expect((await log.outcomes('a', 5, 11)).map(({ mutationID }) => mutationID)).toEqual([6])
    })

    test('is never cut beyond its head', async () => {
      const { log, append } = open()
      await log.claim('e')
      await append(entries('a', 1, 3))
      await log.saveSnapshot({ version: 3, image: new Uint8Array() })
      expect(await log.truncate(100, () => 100)).toBe(3)
      expect(await log.claim('e')).toMatchObject({ version: 3, floor: 3 })
      expect(await log.read(3, 3)).toEqual([])
    })

    test('whoever claims it fences the owner before', async () => {
      const { log, append, another } = open()
      const other = another()
      if (other === null) return
      await log.claim('e')
      await append(entries('a', 1, 1))
      expect(await other.claim('f')).toMatchObject({ epoch: 'e', version: 1 })
      const next = { ...(entries('a', 2, 1)[0] as LogEntry), version: 2 }
      await expect(append([next])).rejects.toThrow(FencedError)
      await other.append([next])
      expect((await readAll(other, 0, 2)).map(({ mutationID }) => mutationID)).toEqual([1, 2])
    })
  })
}

async function readAll(log: RoomLog, after: number, to: number): Promise<LogEntry[]> {
  const all: LogEntry[] = []
  while (after < to) {
    const part = await log.read(after, to)
    expect(part?.length).toBeGreaterThan(0)
    all.push(...(part as LogEntry[]))
    after = (all.at(-1) as LogEntry).version
  }
  return all
}

/** One client's entries from a mutationID on, versions alike. */
function entries(clientID: string, from: number, count: number): LogEntry[] {
  return Array.from({ length: count }, (_, i) => entry(clientID, from + i, from + i, from + i - 1))
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
    at: 1_700_000_000_000 + version,
    digest: '00ff00ff00ff00ff',
    previous,
  }
}
