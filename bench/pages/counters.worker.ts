import { startReplicaWorker } from '@savepoint/client/worker'
import { countersMutators, countersSchema } from '../src/apps/counters.ts'
import { sharedNow } from '../src/browser/shared-now.ts'

/** What the client sends, while the page wants it to wait. */
let held: (() => void)[] | undefined
/** When the first message has come since. */
let heardAt: number | undefined

/** A real socket with a gate in it, so that mutations stay pending while a foreign change comes. */
globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL) {
    super(url)
    this.addEventListener('message', () => {
      heardAt ??= sharedNow()
    })
  }

  override send(data: string): void {
    if (held === undefined) super.send(data)
    else held.push(() => super.send(data))
  }
}

addEventListener('message', ({ data, ports }: MessageEvent<{ gate?: 'shut' | 'open' }>) => {
  if (data.gate === undefined) return
  ports[0]?.postMessage(heardAt)
  heardAt = undefined
  const waiting = held ?? []
  held = data.gate === 'shut' ? [] : undefined
  for (const send of waiting) send()
})

startReplicaWorker({ schema: countersSchema, mutators: countersMutators })
