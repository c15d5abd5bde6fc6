import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '@savepoint/core'
import { readRoom } from '../read-room.ts'
import type { Happening } from '../timeline.ts'
import { checkRoom, readTables } from './check-room.ts'
import { KillableServer } from './killable-server.ts'
import { mutators, schema } from './ledger-app.ts'
import { LoadClient } from './load-client.ts'
import { OutsideRecord } from './outside-record.ts'

/** Kills come while the process starts, as soon as it listens and the clients come back, or when it has worked for a while. */
const STARTING_SHARE = 0.2
const LISTENING_SHARE = 0.2
const STARTING_MS_MAX = 1000
const LISTENING_MS_MAX = 300
const WORKING_MS_MAX = 500
/** A server that listens is to be of use within this time. */
const USELESS_MS_MAX = 30_000
/** Once no more faults come, all has to be well within this time. */
const DRAIN_MS_MAX = 90_000
const RETRY_EVERY_MS = 100

interface KillsOptions {
  readonly directory: string
  readonly count: number
  readonly clients: number
  readonly seed: number
  readonly print: (happening: Happening) => void
}

interface Spread {
  readonly p50: number
  readonly max: number
}

interface KillsResult {
  readonly ok: boolean
  readonly seed: number
  readonly kills: number
  readonly clients: number
  /** How often clients on disk were closed and opened again. */
  readonly reopened: number
  readonly mutations: number
  /** Those whose client heard the outcome: confirmed or refused, as it should be. */
  readonly acknowledged: number
  readonly refused: number
  readonly lost: number
  readonly doubled: number
  /** From a kill to the first outcome that the server tells after it; the start of a process is part of it. */
  readonly recoveryMs: Spread
  /** The part of it until the process listens. */
  readonly restartMs: Spread
  readonly version: number
  /** The server's, then the clients'. */
  readonly digests: readonly string[]
  readonly problems: readonly string[]
}

/** Kills a server under load again and again, and then compares what it holds with what was written down outside. */
export async function kills({ directory, count, clients: clientCount, seed, print }: KillsOptions): Promise<KillsResult> {
  const startedAt = performance.now()
  const say = (what: string) => print({ at: performance.now() - startedAt, who: 'server', what })
  const random = seededRandom(`kills ${seed}`)
  const record = new OutsideRecord()
  const server = new KillableServer(join(directory, 'server'))
  await server.start()
  const clients = await Promise.all(
    Array.from({ length: clientCount }, (_, i) =>
      LoadClient.open({
        name: `client${i + 1}`,
        url: server.url,
        directory: i % 2 === 0 ? join(directory, `client${i + 1}`) : undefined,
        record,
        random: seededRandom(`client ${i} of ${seed}`),
      }),
    ),
  )
  const retry = setInterval(() => {
    if (server.isUp) for (const client of clients) client.retry()
  }, RETRY_EVERY_MS)
  const restart = async () => {
    await server.start()
    if (server.isUp) record.up(performance.now())
  }
  const stop = new AbortController()
  const loads = Promise.all(clients.map((client) => client.run(stop.signal)))
  // It is awaited below; until then, a failure is not unheard of.
  loads.catch(() => {})
  try {
    for (let kill = 1; kill <= count; kill++) {
      const when = await untilKill(kill === 1 ? Promise.resolve() : restart(), record, random)
      record.kill(performance.now())
      await server.kill()
      say(`kill ${kill} of ${count} ${when}; ${record.calls.size} mutations called, ${record.heard.size} acknowledged`)
    }
    await restart()
    stop.abort()
    await loads
    say('no more kills: all has to drain')
    await drain(clients, server.url)
    for (const client of clients) client.collect()
    return await judge(clients, server.url, record, { seed, kills: count })
  } finally {
    clearInterval(retry)
    stop.abort()
    await loads.catch(() => {})
    await Promise.all(clients.map((client) => client.close()))
    await server.kill()
  }
}

/** Waits for the moment to kill the server, and says what it does then. */
async function untilKill(started: Promise<void>, record: OutsideRecord, random: () => number): Promise<string> {
  const kind = random()
  if (kind < STARTING_SHARE) {
    const isUp = await Promise.race([started.then(() => true), wait(random() * STARTING_MS_MAX, false, { ref: false })])
    // That it was killed before it listened is what was wanted.
    if (!isUp) started.catch(() => {})
    return isUp ? 'as it listens' : 'while it starts'
  }
  await started
  if (kind < STARTING_SHARE + LISTENING_SHARE) {
    await wait(random() * LISTENING_MS_MAX)
    return 'as clients come back'
  }
  const useful = await Promise.race([record.outcome().then(() => true), wait(USELESS_MS_MAX, false, { ref: false })])
  if (!useful) record.problems.push(`a server that listened told no outcome within ${USELESS_MS_MAX} ms`)
  await wait(random() * WORKING_MS_MAX)
  return 'at work'
}

/** Waits until nothing is pending and every client stands where the server does, but no longer than allowed. */
async function drain(clients: readonly LoadClient[], url: string): Promise<void> {
  const deadline = performance.now() + DRAIN_MS_MAX
  while (performance.now() < deadline) {
    if (clients.every(({ client }) => client.status.pending === 0)) {
      const { version } = await readRoom(`${url}/rooms/kills`, { schema, mutators }, () => undefined)
      if (clients.every(({ client }) => client.status.version === version)) return
    }
    await wait(50)
  }
}

async function judge(
  clients: readonly LoadClient[],
  url: string,
  record: OutsideRecord,
  run: Pick<KillsResult, 'seed' | 'kills'>,
): Promise<KillsResult> {
  const { version, digest, content } = await readRoom(`${url}/rooms/kills`, { schema, mutators }, readTables)
  const { lost, doubled, problems: found } = checkRoom(record, content)
  const problems = [...found]
  for (const { name, client } of clients) {
    const { connection, pending } = client.status
    const marks = await client.query('SELECT id, client, n FROM marks ORDER BY place')
    if (pending > 0) problems.push(`${name} is ${connection}, with ${pending} pending`)
    if (client.digest !== digest) problems.push(`${name} has digest ${client.digest}, the server has ${digest}`)
    if (JSON.stringify(marks) !== JSON.stringify(content.marks)) problems.push(`${name} holds other rows than the server`)
  }
  const refused = [...record.heard.values()].filter((heard) => heard === 'refused').length
  return {
    ok: problems.length === 0,
    ...run,
    clients: clients.length,
    reopened: clients.reduce((sum, { reopened }) => sum + reopened, 0),
    mutations: record.calls.size,
    acknowledged: record.heard.size,
    refused,
    lost,
    doubled,
    recoveryMs: spread(record.recoveriesMs),
    restartMs: spread(record.restartsMs),
    version,
    digests: [digest, ...clients.map(({ client }) => client.digest)],
    problems,
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b).map(Math.round)
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 }
}
