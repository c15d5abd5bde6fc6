import { countersSchema } from '../apps/counters.ts'
import { answer } from '../processes/answer.ts'
import { inParallel } from '../processes/in-parallel.ts'
import { openListener } from '../socket/listener.ts'
import { openSocket } from '../socket/open-socket.ts'

export interface ConnectOptions {
  readonly url: string
  readonly count: number
  /** The room that they listen to; without one they are bare sockets, which say a word and no more. */
  readonly room?: string
}

export interface VisitOptions {
  readonly url: string
  readonly rooms: readonly string[]
  readonly method: 'PUT' | 'GET'
}

const open: { close(): void }[] = []

answer('visitors', { connect, visit }, async () => {
  for (const socket of open) socket.close()
})

/** Opens so many connections more, and keeps them. */
async function connect({ url, count, room }: ConnectOptions): Promise<void> {
  await inParallel(count, async () => {
    open.push(room === undefined ? await openBare(url) : await openListener({ url, room, schema: countersSchema }))
  })
}

async function openBare(url: string): Promise<{ close(): void }> {
  const socket = await openSocket(url)
  socket.send('hello')
  return socket
}

/** Creates rooms, or asks each for its changes, so that the server opens it. Milliseconds for all of them. */
async function visit({ url, rooms, method }: VisitOptions): Promise<number> {
  const start = performance.now()
  await inParallel(rooms.length, async (i) => {
    const response = await fetch(`${url}/rooms/${rooms[i]}${method === 'PUT' ? '' : '/changes?since=0'}`, { method })
    if (!response.ok) throw new Error(`The server answered ${response.status}: ${await response.text()}`)
    await response.arrayBuffer()
  })
  return performance.now() - start
}
