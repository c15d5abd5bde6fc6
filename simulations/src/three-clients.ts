import { mutators, schema } from '@savepoint-demo/mutators'
import { CATEGORIES, type CategoryRow, Participant } from './participant.ts'
import { readRoom } from './read-room.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { EXPECTED_ROWS, THREE_CLIENTS } from './three-clients-script.ts'
import type { Happening } from './timeline.ts'

/** 10 times +1 and 3 times -3, on whatever line. */
const EXPECTED = JSON.stringify(EXPECTED_ROWS)

/** In simulated time; the last outcome is due after some 16 s. */
const DEADLINE_MS = 60_000

/** In real time: a slow machine is slow at any speed. */
const DEADLINE_REAL_MS_MIN = 15_000

export interface ThreeClientsOptions {
  /** The server's address. */
  readonly url: string
  /** A room that has no rows yet. */
  readonly room: string
  /** How many times as fast as real time; latencies shrink with it. */
  readonly speed: number
  readonly print: (happening: Happening) => void
  readonly signal?: AbortSignal | undefined
  /** Real time that all of it may take. */
  readonly deadlineMs?: number
}

export interface ThreeClientsResult {
  /** True if the server and all clients hold exactly the rows that were to come out, at one version, with one digest. */
  readonly converged: boolean
  readonly server: readonly (readonly unknown[])[]
  readonly clients: { readonly [name: string]: readonly CategoryRow[] }
  /** The server's, then the clients'. */
  readonly digests: readonly string[]
  /** What each still waited for at the deadline, and what is not as it should be. */
  readonly problems: readonly string[]
}

/**
 * One server and three clients on lines of different latency, adding to one category at once. Each sees its own additions
 * immediately; all end with the same row.
 *
 * @throws (rejects) if the signal aborts.
 */
export async function threeClients(options: ThreeClientsOptions): Promise<ThreeClientsResult> {
  const { url, room, speed, print } = options
  const deadline = AbortSignal.timeout(options.deadlineMs ?? Math.max(DEADLINE_MS / speed, DEADLINE_REAL_MS_MIN))
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
  // The clock starts when all are connected, and the latency with it.
  let clock: SimulatedClock | undefined
  const open = (name: string, latencyMs: number) =>
    Participant.open(name, () => (clock ? latencyMs / speed : 0), {
      url,
      room,
      tell: (what) => clock && print({ at: clock.now(), who: name, what }),
    })
  const clients = await Promise.all(THREE_CLIENTS.map(({ name, latencyMs }) => open(name, latencyMs)))
  // The server prints nothing itself: this one watches the room from beside it.
  const all = [await open('server', 0), ...clients]
  const problems: string[] = []
  try {
    await until(all, (one) => one.isLive, signal)
    const started = new SimulatedClock(speed)
    clock = started
    for (const one of all) one.introduce()
    await Promise.all(THREE_CLIENTS.map((script, i) => play(script, clients[i] as Participant, started, signal)))
    await until(all, (one) => one.pending === 0, signal)
    const { version } = await readRoom(`${url}/rooms/${room}`, { schema, mutators }, () => undefined)
    await until(all, (one) => one.version === version, signal)
  } catch (error) {
    if (!deadline.aborted || options.signal?.aborted) {
      await close(all)
      throw error
    }
    problems.push(...all.map(describeWait))
  }
  const result = await compare(`${url}/rooms/${room}`, clients, problems)
  await close(all)
  return result
}

async function close(all: readonly Participant[]): Promise<void> {
  await Promise.all(all.map((one) => one.close()))
}

async function play(
  script: (typeof THREE_CLIENTS)[number],
  client: Participant,
  clock: SimulatedClock,
  signal: AbortSignal,
): Promise<void> {
  for (let i = 1; i <= script.times; i++) {
    await clock.until(i * script.everyMs, signal)
    client.add('Food', script.incrementBy)
  }
}

/** Resolves when it is so for all, now or after some change. */
async function until(all: readonly Participant[], condition: (one: Participant) => boolean, signal: AbortSignal): Promise<void> {
  const ends: (() => void)[] = []
  try {
    await new Promise<void>((resolve, reject) => {
      const check = () => all.every(condition) && resolve()
      signal.throwIfAborted()
      const onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort)
      ends.push(...all.map((one) => one.onStatus(check)), () => signal.removeEventListener('abort', onAbort))
      check()
    })
  } finally {
    for (const end of ends) end()
  }
}

function describeWait({ name, connection, pending, version }: Participant): string {
  return `${name} is ${connection} at version ${version ?? 'none'}, with ${pending} pending`
}

async function compare(url: string, clients: readonly Participant[], problems: string[]): Promise<ThreeClientsResult> {
  const room = await readRoom(url, { schema, mutators }, (query) => query(CATEGORIES)).catch((error: Error) => {
    problems.push(`server: ${error.message}`)
    return { content: [], digest: 'none' }
  })
  for (const { name, rows, digest } of [{ name: 'server', rows: room.content, digest: room.digest }, ...clients]) {
    if (JSON.stringify(rows) !== EXPECTED) problems.push(`${name} holds ${JSON.stringify(rows)} in place of ${EXPECTED}`)
    if (digest !== room.digest) problems.push(`${name} has digest ${digest}, the server has ${room.digest}`)
  }
  return {
    converged: problems.length === 0,
    server: room.content,
    clients: Object.fromEntries(clients.map(({ name, rows }) => [name, rows])),
    digests: [room.digest, ...clients.map(({ digest }) => digest)],
    problems,
  }
}
