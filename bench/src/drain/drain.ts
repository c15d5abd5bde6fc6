import { join } from 'node:path'
import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { type Bench, type BenchContext, byEffort } from '../bench.ts'
import { untilLive } from '../clients/until-live.ts'
import { alternate } from '../measure/alternate.ts'
import { timed, timedAsync } from '../measure/timed.ts'
import { startServerProcess } from '../processes/server-process.ts'
import { statsCells, type Table } from '../report/table.ts'

/** Counters that the mutations made offline are about, in turn. */
const COUNTERS = 1000

type CountersClient = Client<(typeof countersMutators)['definitions']>

/** How long a client that was offline takes to have all that it made confirmed. */
export const drain: Bench = {
  name: 'drain',
  summary: 'mutations made offline, confirmed after reconnecting: it must not grow with their number',
  run: async (context) => [await measure(context)],
}

async function measure(context: BenchContext): Promise<Table> {
  const server = await startServerProcess({ directory: join(context.directory, 'server'), app: 'counters' })
  const open = async (directory?: string) => {
    const options = { schema: countersSchema, mutators: countersMutators, url: server.url, room: 'bench' }
    const client = await createClient({ ...options, ...(directory === undefined ? {} : { directory }) })
    await untilLive(client)
    return client
  }
  const foreigner = await open()
  const clients = { memory: await open(), disk: await open(join(context.directory, 'client')) }
  const [fewer, more] = byEffort(context, { smoke: [10, 20], quick: [1000, 10_000], full: [1000, 10_000] }) as [number, number]
  await drainOnce(clients.memory, foreigner, COUNTERS)
  const rows: Table['rows'][number][] = []
  for (const storage of ['memory', 'disk'] as const) {
    for (const isForeign of [false, true]) {
      context.progress(`${storage}${isForeign ? ', with a foreign change meanwhile' : ''}`)
      const calling = { fewer: [] as number[], more: [] as number[] }
      const run = (size: 'fewer' | 'more', count: number) => async () => {
        const { callMs, confirmMs } = await drainOnce(clients[storage], isForeign ? foreigner : undefined, count)
        calling[size].push((callMs * 1000) / count)
        return (confirmMs * 1000) / count
      }
      const rounds = byEffort(context, { smoke: 1, quick: 3, full: 11 })
      const result = await alternate(
        { rounds, warmups: byEffort(context, { smoke: 0, quick: 1, full: 2 }) },
        { fewer: run('fewer', fewer), more: run('more', more) },
      )
      rows.push({
        storage,
        foreign: isForeign ? 'yes' : 'no',
        ...statsCells('fewer', result.of('fewer')),
        ...statsCells('more', result.of('more')),
        ...statsCells('growth', result.ratio('more', 'fewer')),
        call: calling.more.at(-1) ?? null,
      })
    }
  }
  for (const client of [foreigner, ...Object.values(clients)]) await client.close()
  await server.stop()
  return {
    key: 'drain',
    title: 'Microseconds a mutation from reconnecting to the last outcome',
    columns: [
      { key: 'storage', title: 'storage' },
      { key: 'foreign', title: 'foreign change' },
      { key: 'fewer', title: `${fewer.toLocaleString('en-US')} offline`, decimals: 1, spread: true },
      { key: 'more', title: `${more.toLocaleString('en-US')} offline`, decimals: 1, spread: true },
      { key: 'growth', title: 'growth', decimals: 2, spread: true },
      { key: 'call', title: 'µs/call offline', decimals: 1 },
    ],
    rows,
    notes: [
      'Server and client are a process each, over loopback. The server commits with synchronous=FULL; so does a client on disk.',
      'foreign change: another client changed the same table meanwhile, so that everything is replayed once before it is pushed.',
    ],
  }
}

async function drainOnce(
  client: CountersClient,
  foreigner: CountersClient | undefined,
  count: number,
): Promise<{ callMs: number; confirmMs: number }> {
  client.stop()
  const confirmed: Promise<unknown>[] = []
  let durable = Promise.resolve()
  const callMs = timed(() => {
    for (let i = 0; i < count; i++) {
      const handle = client.mutate.add({ name: `counter-${i % COUNTERS}`, by: 1 })
      confirmed.push(handle.confirmed.unwrap())
      durable = handle.durable
    }
  })
  await durable
  await foreigner?.mutate.add({ name: 'foreign', by: 1 }).confirmed.unwrap()
  const confirmMs = await timedAsync(() => {
    client.start()
    return Promise.all(confirmed)
  })
  return { callMs, confirmMs }
}
