import type { Mailbox } from '@savepoint-demo/bench/comparison'
import { WebSocket } from 'ws'

/** Where a socket's door is; without a mailbox it is open. */
export interface Gate {
  mailbox: Mailbox | undefined
}

/** A real socket with a door in it: once it is shut, what is sent is lost, and what comes waits. */
export function gatedSocket(gate: Gate): typeof WebSocket {
  class GatedSocket extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols, { perMessageDeflate: false })
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (gate.mailbox === undefined) super.send(data)
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event !== 'message' || gate.mailbox === undefined) return super.emit(event, ...args)
      gate.mailbox.put(() => void super.emit(event, ...args))
      return true
    }
  }
  return GatedSocket as unknown as typeof WebSocket
}

let pings = 0

/** Resolves when the other side has answered a ping, which it does after all that was sent before. */
export function ponged(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const id = String(pings++)
    const listen = (data: Buffer) => {
      if (String(data) !== id) return
      socket.off('pong', listen)
      resolve()
    }
    socket.on('pong', listen)
    socket.ping(id)
  })
}
