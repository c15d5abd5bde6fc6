import { join } from 'node:path'
import { byEffort } from '../bench.ts'
import { Child } from '../processes/child.ts'
import { startServerProcess } from '../processes/server-process.ts'
import type { Usage } from '../processes/usage.ts'
import type { ConnectOptions } from '../scale/visitors-main.ts'
import type { OpenOptions } from '../socket/clients-main.ts'
import type { Contest } from './contest.ts'

/** As `socket`, at rest: of one mutation, what each client in the room costs the server. */
export const pokes: Contest<'few' | 'many' | 'bare'> = {
  name: 'pokes',
  rounds: 21,
  bounds: [
    { work: 'many', floor: 'bare', what: 'a mutation, for each of 500 clients', against: 'a relay of bare WebSockets', atRest: 1.15 },
    { work: 'many', floor: 'few', what: 'the same', against: 'each of 100', atRest: 0.6 },
  ],
  async open(context) {
    const [fewer, more] = byEffort(context, { smoke: [4, 8], quick: [100, 500], full: [100, 500] }) as [number, number]
    const server = await startServerProcess({ directory: join(context.directory, 'server'), app: 'counters' })
    const relay = new Child(new URL('../systems/bare-socket/relay-main.ts', import.meta.url))
    const few = await openCrowd(server.url, 'few', fewer)
    const many = await openCrowd(server.url, 'many', more)
    const bare = await openBareCrowd(await relay.call('serve'), more)
    const samples = byEffort(context, { smoke: 1, quick: 10, full: 10 })
    const rounds = (usage: () => Promise<Usage>, crowd: Crowd) => async () => {
      const before = await usage()
      await crowd.tellAll(samples)
      return ((await usage()).cpuMs - before.cpuMs) / samples / crowd.count
    }
    return {
      variants: {
        few: rounds(server.usage, few),
        many: rounds(server.usage, many),
        bare: rounds(() => relay.call('usage'), bare),
      },
      async close() {
        await Promise.all([few, many, bare].map((crowd) => crowd.close()))
        await server.stop()
        await relay.stop()
      },
    }
  },
}

/** Clients in a process of their own. */
interface Crowd {
  readonly count: number
  /** One of them says something so many times, one after the other, which all are told. */
  tellAll(times: number): Promise<unknown>
  close(): Promise<void>
}

/** Two clients, and others that only listen. */
async function openCrowd(url: string, room: string, count: number): Promise<Crowd> {
  const crowd = new Child(new URL('../socket/clients-main.ts', import.meta.url))
  const open = (kind: OpenOptions['kind'], count: number) =>
    crowd.call('open', { url, room, kind, count, prefix: '' } satisfies OpenOptions)
  await open('clients', 2)
  await open('listeners', count - 2)
  return { count, tellAll: (samples) => crowd.call('times', { samples }), close: () => crowd.stop() }
}

/** The same with bare sockets, on a server that passes on to all what comes. */
async function openBareCrowd(url: string, count: number): Promise<Crowd> {
  const caller = new Child(new URL('../socket/clients-main.ts', import.meta.url))
  const listeners = new Child(new URL('../scale/visitors-main.ts', import.meta.url))
  await listeners.call('connect', { url, count: count - 1 } satisfies ConnectOptions)
  return {
    count,
    tellAll: (samples) => caller.call('echoTimes', { url, samples }),
    async close() {
      await Promise.all([caller.stop(), listeners.stop()])
    },
  }
}
