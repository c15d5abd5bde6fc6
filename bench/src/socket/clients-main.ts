import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { countersMutators, countersSchema } from '../apps/counters.ts'
import { untilLive } from '../clients/until-live.ts'
import { answer } from '../processes/answer.ts'
import { usage } from '../processes/usage.ts'
import { echoFlood, echoTimes } from './echo.ts'
import { openListener } from './listener.ts'

type CountersClient = Client<(typeof countersMutators)['definitions']>

export interface OpenOptions {
  readonly url: string
  readonly room: string
  readonly count: number
  /** `listeners` are sockets that get all pokes and do nothing with them: they cost the server as much as clients, and their own process little. */
  readonly kind: 'clients' | 'listeners'
  /** Sets this process's counters apart from others'. */
  readonly prefix: string
}

/** What one mutation took, in milliseconds from the call. */
export interface Times {
  readonly confirmed: number[]
  /** Until another client's live query had it. */
  readonly visible: number[]
}

/** Between two measured mutations, so that each finds the room at rest. In milliseconds. */
const REST_MS = 4

let clients: CountersClient[] = []
let listeners: { close(): void }[] = []
let prefix = ''

answer('clients', { open, close, flood, times, usage, echoTimes, echoFlood }, close)

async function open(options: OpenOptions): Promise<void> {
  const { url, room, count, kind } = options
  prefix = options.prefix
  for (let i = 0; i < count; i++) {
    if (kind === 'listeners') listeners.push(await openListener({ url, room, schema: countersSchema }))
    else {
      const client = await createClient({ schema: countersSchema, mutators: countersMutators, url, room })
      clients.push(client)
      await untilLive(client)
      await client.mutate.add({ name: `${prefix}${i}`, by: 1 }).confirmed.unwrap()
    }
  }
}

async function close(): Promise<void> {
  for (const client of clients) await client.close()
  for (const listener of listeners) listener.close()
  clients = []
  listeners = []
}

/** Every client calls a mutator, and again with each outcome, always with so many under way. Returns how many were confirmed. */
async function flood({ inFlight, ms }: { inFlight: number; ms: number }): Promise<number> {
  const end = performance.now() + ms
  let confirmed = 0
  const one = async (client: CountersClient, name: string) => {
    while (performance.now() < end) {
      await client.mutate.add({ name, by: 1 }).confirmed.unwrap()
      if (performance.now() < end) confirmed++
    }
  }
  await Promise.all(clients.flatMap((client, i) => Array.from({ length: inFlight }, () => one(client, `${prefix}${i}`))))
  return confirmed
}

/** One client calls, another watches: the first and the last of this process. */
async function times({ samples }: { samples: number }): Promise<Times> {
  const [caller, watcher] = [clients[0], clients.at(-1)]
  if (caller === undefined || watcher === undefined) throw new Error('There are no clients.')
  const name = `${prefix}0`
  const watched = watcher.live<{ n: number }>('SELECT n FROM counters WHERE name = ?', [name])
  let seen = () => {}
  const end = watched.subscribe(() => seen())
  const result: Times = { confirmed: [], visible: [] }
  for (let i = 0; i < samples; i++) {
    const wanted = (watched.rows[0]?.n ?? 0) + 1
    const start = performance.now()
    const visible = new Promise<void>((resolve) => {
      seen = () => {
        if ((watched.rows[0]?.n ?? 0) < wanted) return
        result.visible.push(performance.now() - start)
        resolve()
      }
    })
    const confirmed = caller.mutate.add({ name, by: 1 }).confirmed.then(() => result.confirmed.push(performance.now() - start))
    await Promise.all([visible, confirmed])
    await new Promise((resolve) => setTimeout(resolve, REST_MS))
  }
  end()
  return result
}
