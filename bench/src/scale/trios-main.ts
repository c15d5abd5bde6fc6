import { app } from '../apps/batches.ts'
import { answer } from '../processes/answer.ts'
import { inParallel } from '../processes/in-parallel.ts'
import { openListener } from '../socket/listener.ts'
import { openPusher } from '../threads/pusher.ts'

export interface TriosOptions {
  readonly url: string
  readonly rooms: readonly string[]
}

/** What came of all rooms at once. */
export interface TriosRun {
  readonly answered: number
  /** Milliseconds from a push until another client of the room was sent what it did. */
  readonly visible: readonly number[]
}

/** One that pushes and two that listen, in a room. */
interface Trio {
  flood(ms: number): Promise<number>
  close(): void
}

let trios: Trio[] = []
let visible: number[] = []

answer('trios', { open, flood }, async () => {
  for (const trio of trios) trio.close()
})

async function open({ url, rooms }: TriosOptions): Promise<void> {
  trios = []
  await inParallel(rooms.length, async (i) => void trios.push(await openTrio(url, rooms[i] as string)))
}

async function openTrio(url: string, room: string): Promise<Trio> {
  let pushedAt = 0
  const pusher = await openPusher(url, room)
  const poked = () => visible.push(performance.now() - pushedAt)
  const { schema } = app
  const listeners = [await openListener({ url, room, schema, poked }), await openListener({ url, room, schema })]
  return {
    flood: (ms) =>
      pusher.flood(1, 1, ms, () => {
        pushedAt = performance.now()
      }),
    close: () => [pusher, ...listeners].forEach((one) => void one.close()),
  }
}

/** In every room one mutation after the other, for so many milliseconds. */
async function flood(ms: number): Promise<TriosRun> {
  visible = []
  const counts = await Promise.all(trios.map((trio) => trio.flood(ms)))
  return { answered: counts.reduce((sum, count) => sum + count, 0), visible }
}
