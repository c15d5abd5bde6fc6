import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@savepoint/core'
import { TcpProxy } from '../client/tcp-proxy.contract.ts'
import { readRoom } from '../read-room.ts'
import type { Happening } from '../timeline.ts'
import { checkRoom, readTables } from '../torture/check-room.ts'
import { mutators, schema } from '../torture/ledger-app.ts'
import { LoadClient } from '../torture/load-client.ts'
import { OutsideRecord } from '../torture/outside-record.ts'
import { type ServerProcess, StandaloneServer } from './standalone-server.ts'

const APP = fileURLToPath(new URL('../torture/ledger-app.ts', import.meta.url))

const ROOM = 'room'

/** Outcomes that a new process tells before it is replaced in turn. */
const OUTCOMES_BETWEEN = 20
/** Once no more deploys come, all has to be well within this time. */
const DRAIN_MS_MAX = 90_000

interface DeploysOptions {
  readonly directory: string
  readonly count: number
  readonly clients: number
  readonly seed: number
  readonly print: (happening: Happening) => void
}

interface DeploysResult {
  readonly ok: boolean
  readonly deploys: number
  readonly clients: number
  readonly mutations: number
  readonly acknowledged: number
  readonly refused: number
  readonly lost: number
  readonly doubled: number
  /** From the signal until the old process has ended, drained, in milliseconds. */
  readonly drainMs: readonly number[]
  /** From the signal to the first outcome that a client hears from the new process, in milliseconds. */
  readonly gapMs: readonly number[]
  /** The server's, then the clients'. */
  readonly digests: readonly string[]
  readonly problems: readonly string[]
}

/**
 * Replaces a standalone server under load again and again, as deploys do: the old process is told to stop, and a new one takes the
 * directory over. Every other time it has been started before, and waits. Clients find back by themselves, through a proxy.
 */
export async function deploys({ directory, count, clients: clientCount, seed, print }: DeploysOptions): Promise<DeploysResult> {
  const startedAt = performance.now()
  const say = (what: string) => print({ at: performance.now() - startedAt, who: 'server', what })
  const record = new OutsideRecord()
  const server = new StandaloneServer(join(directory, 'server'), APP)
  let current = server.start()
  const proxy = await TcpProxy.open(await current.port)
  const clients = await Promise.all(
    Array.from({ length: clientCount }, (_, i) =>
      LoadClient.open({
        name: `client${i + 1}`,
        url: proxy.url,
        room: ROOM,
        directory: i % 2 === 0 ? join(directory, `client${i + 1}`) : undefined,
        calls: 0,
        random: seededRandom(`client ${i} of ${seed}`),
        write: (line) => record.write(line, performance.now()),
      }),
    ),
  )
  const stop = new AbortController()
  const loads = Promise.all(clients.map((client) => client.run(stop.signal)))
  // It is awaited below; until then, a failure is not unheard of.
  loads.catch(() => {})
  const drainMs: number[] = []
  try {
    for (let deploy = 1; deploy <= count; deploy++) {
      for (let outcome = 0; outcome < OUTCOMES_BETWEEN; outcome++) await record.outcome()
      const replaced = await replace(server, current, deploy % 2 === 0, record, proxy)
      current = replaced.process
      drainMs.push(replaced.drainMs)
      record.problems.push(...replaced.problems)
      say(
        `deploy ${deploy} of ${count}${deploy % 2 === 0 ? ', started before' : ''}; ${record.calls.size} mutations called, ${record.heard.size} acknowledged`,
      )
    }
    for (let outcome = 0; outcome < OUTCOMES_BETWEEN; outcome++) await record.outcome()
    stop.abort()
    await loads
    return await judge(clients, proxy.url, record, drainMs)
  } finally {
    stop.abort()
    await loads.catch(() => {})
    await Promise.all(clients.map((client) => client.close()))
    await proxy.close()
    await current.kill()
  }
}

async function replace(server: StandaloneServer, old: ServerProcess, startsBefore: boolean, record: OutsideRecord, proxy: TcpProxy) {
  const problems: string[] = []
  const before = startsBefore ? server.start() : undefined
  record.kill(performance.now())
  const toldAt = performance.now()
  const { code, output } = await old.stop()
  const drainMs = performance.now() - toldAt
  if (code !== 0) problems.push(`a server that was told to stop has ended with ${code}: ${output}`)
  const process = before ?? server.start()
  proxy.retarget(await process.port)
  record.up(performance.now())
  return { process, drainMs, problems }
}

async function judge(
  clients: readonly LoadClient[],
  url: string,
  record: OutsideRecord,
  drainMs: readonly number[],
): Promise<DeploysResult> {
  const read = () => readRoom(`${url}/rooms/${ROOM}`, { schema, mutators }, readTables)
  const deadline = performance.now() + DRAIN_MS_MAX
  let room = await read()
  while (
    performance.now() < deadline &&
    !clients.every(({ client }) => client.status.pending === 0 && client.status.version === room.version)
  ) {
    await wait(50)
    room = await read()
  }
  for (const client of clients) client.collect()
  const { lost, doubled, problems: found } = checkRoom(record, ROOM, room.content)
  const problems = [...record.problems, ...found]
  for (const { name, client } of clients) {
    if (client.status.pending > 0) problems.push(`${name} is ${client.status.connection}, with ${client.status.pending} pending`)
    if (client.digest !== room.digest) problems.push(`${name} has digest ${client.digest}, the server has ${room.digest}`)
  }
  return {
    ok: problems.length === 0,
    deploys: drainMs.length,
    clients: clients.length,
    mutations: record.calls.size,
    acknowledged: record.heard.size,
    refused: [...record.heard.values()].filter((heard) => heard === 'refused').length,
    lost,
    doubled,
    drainMs: drainMs.map(Math.round),
    gapMs: record.recoveriesMs.map(Math.round),
    digests: [room.digest, ...clients.map(({ client }) => client.digest)],
    problems,
  }
}
