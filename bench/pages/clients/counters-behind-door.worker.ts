import { startReplicaWorker } from '@savepoint/client/worker'
import { keyedCountersMutators, keyedCountersSchema } from '../../src/apps/keyed-counters.ts'
import { Mailbox } from '../../src/workloads/mailbox.ts'
import type { DoorWish } from './worker-door.ts'

/** There is one while the door is shut. */
let mailbox: Mailbox | undefined

/** A real socket with a door in it: once it is shut, what is sent is lost, and what comes waits. */
globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL) {
    super(url)
    // The first to listen, so that nobody else hears what has to wait.
    this.addEventListener('message', (event) => {
      if (mailbox === undefined || !event.isTrusted) return
      event.stopImmediatePropagation()
      mailbox.put(() => void this.dispatchEvent(new MessageEvent('message', { data: event.data })))
    })
  }

  override send(data: string): void {
    if (mailbox === undefined) super.send(data)
  }
}

addEventListener('message', async ({ data: { door }, ports }: MessageEvent<{ door?: DoorWish }>) => {
  if (door === 'shut') mailbox = new Mailbox()
  else if (door === 'let in') mailbox?.letIn()
  else if (door === 'tell when something waits') await mailbox?.arrived()
  ports[0]?.postMessage(undefined)
})

startReplicaWorker({ schema: keyedCountersSchema, mutators: keyedCountersMutators })
