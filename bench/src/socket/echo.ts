import { openSocket } from './open-socket.ts'

/** About as long as the push of a small mutation. */
const MESSAGE = 'x'.repeat(180)

const REST_MS = 4

/** Milliseconds of round trips one after the other, each at rest. */
export async function echoTimes({ url, samples }: { url: string; samples: number }): Promise<number[]> {
  const socket = await openSocket(url)
  const times: number[] = []
  for (let i = 0; i < samples; i++) {
    const start = performance.now()
    const answered = new Promise((resolve) => socket.once('message', resolve))
    socket.send(MESSAGE)
    await answered
    times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, REST_MS))
  }
  socket.close()
  return times
}

/** How many round trips one socket makes in so many milliseconds, with so many under way. */
export async function echoFlood({ url, inFlight, ms }: { url: string; inFlight: number; ms: number }): Promise<number> {
  const socket = await openSocket(url)
  const end = performance.now() + ms
  let count = 0
  await new Promise<void>((resolve) => {
    let underWay = inFlight
    socket.on('message', () => {
      if (performance.now() < end) {
        count++
        socket.send(MESSAGE)
      } else if (--underWay === 0) resolve()
    })
    for (let i = 0; i < inFlight; i++) socket.send(MESSAGE)
  })
  socket.close()
  return count
}
