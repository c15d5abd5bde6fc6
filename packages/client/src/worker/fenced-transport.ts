import type { Socket, Transport } from '../connection/transport.ts'
import type { Lease } from './lease.ts'

/**
 * A transport that sends for as long as its tab leads, and only after the pages were told: of what was sent they know that
 * it was, whatever happens to this tab in the next moment.
 */
export function fencedTransport(transport: Transport, lease: Pick<Lease, 'guard'>, tellPages: () => void): Transport {
  return {
    ...transport,
    connect(listener, asked): Socket {
      const socket = transport.connect(listener, asked)
      let waiting: string[] = []
      return {
        send(frame) {
          waiting.push(frame)
          if (waiting.length > 1) return
          // After what this turn has to tell, of which that a call was saved comes in a microtask.
          queueMicrotask(() => {
            const frames = waiting
            waiting = []
            tellPages()
            lease.guard(() => {
              for (const one of frames) socket.send(one)
            })
          })
        },
        close: () => socket.close(),
      }
    },
  }
}
