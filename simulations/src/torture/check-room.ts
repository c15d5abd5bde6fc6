import type { SqlValue } from '@savepoint/core'
import type { OutsideRecord } from './outside-record.ts'

/** The rows of the room's tables at the end, in the order of their places. */
interface RoomTables {
  readonly marks: readonly { readonly id: string; readonly client: string; readonly n: number }[]
  readonly counters: ReadonlyMap<string, number>
}

interface Findings {
  /** Called, not to be refused, and not there. */
  readonly lost: number
  /** There more than once. */
  readonly doubled: number
  readonly problems: readonly string[]
}

/** Compares what a room holds with what was written down outside. */
export function checkRoom(record: OutsideRecord, room: string, { marks, counters }: RoomTables): Findings {
  const problems: string[] = []
  const times = new Map<string, number>()
  const last = new Map<string, number>()
  const counted = new Map<string, number>()
  for (const { id, client, n } of marks) {
    times.set(id, (times.get(id) ?? 0) + 1)
    counted.set(client, (counted.get(client) ?? 0) + 1)
    const call = record.calls.get(id)
    if (call === undefined) problems.push(`${id} is there, and nobody has called it`)
    else if (call.room !== room) problems.push(`${id} is in ${room}, and was called in ${call.room}`)
    if (n <= (last.get(client) ?? 0)) problems.push(`${id} comes after number ${last.get(client)} of the same client`)
    last.set(client, n)
  }
  let lost = 0
  for (const call of record.calls.values()) {
    if (call.room !== room) continue
    const { id, refused } = call
    const heard = record.heard.get(id)
    if (refused ? times.has(id) || heard === 'confirmed' : heard === 'refused') {
      problems.push(
        `${id} was to be ${refused ? 'refused' : 'confirmed'}; ${times.has(id) ? 'it is there' : 'it is not there'}, and its client heard: ${heard}`,
      )
    }
    if (heard === undefined && !call.isForgiven) problems.push(`${id} has no outcome`)
    if (refused || times.has(id) || call.isForgiven) continue
    lost++
    problems.push(`${id} is lost; its client heard: ${heard ?? 'nothing'}`)
  }
  const doubled = [...times].filter(([, count]) => count > 1)
  problems.push(...doubled.map(([id, count]) => `${id} is there ${count} times`))
  for (const client of new Set([...counters.keys(), ...counted.keys()])) {
    if (counters.get(client) !== counted.get(client))
      problems.push(`${client} counts ${counters.get(client)}, and has ${counted.get(client)} rows`)
  }
  return { lost, doubled: doubled.length, problems }
}

export const MARKS = 'SELECT id, client, n, text FROM marks ORDER BY place'

/** Reads the tables by whatever answers queries. */
export function readTables(query: (sql: string) => readonly (readonly SqlValue[])[]): RoomTables & { readonly rows: string } {
  const marks = query(MARKS)
  const counters = query('SELECT client, count FROM counters')
  return {
    marks: marks.map(([id, client, n]) => ({ id: String(id), client: String(client), n: Number(n) })),
    counters: new Map(counters.map(([client, count]) => [String(client), Number(count)])),
    rows: JSON.stringify(marks),
  }
}
