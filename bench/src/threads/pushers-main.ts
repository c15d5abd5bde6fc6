import { answer } from '../processes/answer.ts'
import { usage } from '../processes/usage.ts'
import { openPusher, type Pusher } from './pusher.ts'

let pushers: Pusher[] = []

answer('pushers', { open, flood, usage }, close)

async function open({ url, rooms }: { url: string; rooms: readonly string[] }): Promise<void> {
  await close()
  pushers = await Promise.all(rooms.map((room) => openPusher(url, room)))
}

async function close(): Promise<void> {
  for (const pusher of pushers) pusher.close()
  pushers = []
}

/** Every room is pushed to, always with so many under way. Returns how many were answered. */
async function flood({ rows, inFlight, ms }: { rows: number; inFlight: number; ms: number }): Promise<number> {
  const counts = await Promise.all(pushers.map((pusher) => pusher.flood(rows, inFlight, ms)))
  return counts.reduce((sum, count) => sum + count, 0)
}
