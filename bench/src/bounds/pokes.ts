import { join } from 'node:path'
import { byEffort } from '../bench.ts'
import { Child } from '../processes/child.ts'
import { type ServerProcess, startServerProcess } from '../processes/server-process.ts'
import type { OpenOptions } from '../socket/clients-main.ts'
import type { Contest } from './contest.ts'

/** As `socket`, at rest: of one mutation, what each client in the room costs the server. */
export const pokes: Contest<'few' | 'many'> = {
  name: 'pokes',
  rounds: 21,
  bounds: [{ work: 'many', floor: 'few', what: 'a mutation, for each of 500 clients', against: 'each of 100', atRest: 0.6 }],
  async open(context) {
    const server = await startServerProcess({ directory: join(context.directory, 'server'), app: 'counters' })
    const [fewer, more] = byEffort(context, { smoke: [4, 8], quick: [100, 500], full: [100, 500] }) as [number, number]
    const samples = byEffort(context, { smoke: 1, quick: 10, full: 10 })
    const few = await openCrowd(server, 'few', fewer)
    const many = await openCrowd(server, 'many', more)
    return {
      variants: { few: rounds(server, few, { samples, count: fewer }), many: rounds(server, many, { samples, count: more }) },
      async close() {
        await Promise.all([few.stop(), many.stop()])
        await server.stop()
      },
    }
  },
}

/** Two clients, and others that only listen. */
async function openCrowd({ url }: ServerProcess, room: string, count: number): Promise<Child> {
  const crowd = new Child(new URL('../socket/clients-main.ts', import.meta.url))
  const open = (kind: OpenOptions['kind'], count: number) =>
    crowd.call('open', { url, room, kind, count, prefix: '' } satisfies OpenOptions)
  await open('clients', 2)
  await open('listeners', count - 2)
  return crowd
}

/** Each round has so many mutations one after the other, and tells what a client took of one. */
function rounds(server: ServerProcess, crowd: Child, { samples, count }: { samples: number; count: number }): () => Promise<number> {
  return async () => {
    const before = await server.usage()
    await crowd.call('times', { samples })
    const after = await server.usage()
    return (after.cpuMs - before.cpuMs) / samples / count
  }
}
