import { onTestFinished } from 'vitest'
import { readLimits } from '../limits.ts'
import { systemWorld } from '../node/clock.ts'
import type { ServerEvent } from '../room/server-event.ts'
import { ThreadRooms } from '../threads/thread-rooms.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface TestThreadRooms {
  readonly host: ThreadRooms
  readonly events: ServerEvent[]
  readonly directory: string
  /** Resolves when so many of such events have been told. */
  told(event: ServerEvent['event'], count?: number): Promise<void>
}

/** Rooms in threads on a directory of their own, with the mutators of shop-app.ts, closed with the test. */
export async function openThreadRooms(options: Partial<Parameters<typeof ThreadRooms.start>[0]> = {}): Promise<TestThreadRooms> {
  const [directory, events] = [options.directory ?? temporaryDirectory(), [] as ServerEvent[]]
  let waiting: (() => void)[] = []
  const host = await ThreadRooms.start({
    app: new URL('./shop-app.ts', import.meta.url).href,
    threads: 1,
    mutatorMsMax: 2000,
    heapMbMax: undefined,
    limits: readLimits(),
    elapsed: systemWorld.elapsed,
    ...options,
    directory,
    onEvent(event) {
      events.push(event)
      for (const resolve of waiting.splice(0)) resolve()
    },
  })
  onTestFinished(() => host.close())
  return {
    host,
    events,
    directory,
    async told(name, count = 1) {
      while (events.filter(({ event }) => event === name).length < count)
        await new Promise<void>((resolve) => {
          waiting = [...waiting, resolve]
        })
    },
  }
}
