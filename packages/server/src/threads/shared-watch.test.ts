import { expect, onTestFinished, test } from 'vitest'
import { newWatchMemory, readRunning } from './shared-watch.ts'
import { startThread } from './start-thread.ts'

/** So many that a torn one was among them each time, before there were none. */
const READS = 20_000

test('[G6] what runs is read as one, or not at all, however soon it ends', async () => {
  const memory = newWatchMemory()
  const writer = startThread(new URL('../testing/watch-writer', import.meta.url).href, { workerData: memory })
  onTestFinished(async () => void (await writer.terminate()))
  let reads = 0
  while (reads < READS) {
    const running = readRunning(memory)
    if (running === null) {
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    reads++
    const { room, run, mutation } = running
    const i = Math.floor((run - 1) / 2)
    const mutationID = run - 2 * i
    expect({ room, mutation }).toEqual({ room: `room-${i}`, mutation: { clientID: `client-${i}`, mutationID, seed: String(run) } })
  }
})
