import { connect, type NetConnectOpts, type Socket } from 'node:net'
import type { Mailbox } from '@savepoint-demo/bench/comparison'
import { WebSocket } from 'ws'

/** What stands between a client and the network. */
export interface ZeroGate {
  /** Once there is one, what is sent is lost, and each poke waits in it. */
  mailbox: Mailbox | undefined
  /** Resolves when there is a network; sockets wait for it before they connect. */
  network: Promise<void>
  /** Told when a socket starts to wait for the network. */
  waits(): void
  socket: WebSocket | undefined
}

const gates = new Map<string, ZeroGate>()

/** From now on the client of this ID goes through this gate. Returns what ends it. */
export function useGate(clientID: string, gate: ZeroGate): () => void {
  gates.set(clientID, gate)
  return () => gates.delete(clientID)
}

/** What Zero takes for the browser's: a real socket that goes through the gate of its client. */
export class ZeroSocket extends WebSocket {
  readonly #gate: ZeroGate
  #poke: (() => void)[] = []

  constructor(url: string, protocols?: string | string[]) {
    const gate = gates.get(new URL(url).searchParams.get('clientID') ?? '')
    if (gate === undefined) throw new Error(`There is no gate for ${url}.`)
    super(url, protocols, {
      perMessageDeflate: false,
      // Node's types do not know that this may call back later.
      createConnection: ((options: NetConnectOpts, created: (error: null, socket: Socket) => void) => {
        gate.waits()
        void gate.network.then(() => created(null, connect({ ...options, path: undefined } as NetConnectOpts)))
      }) as unknown as typeof connect,
    })
    this.#gate = gate
    gate.socket = this
    // Zero stops listening when it lets go of a socket, and one that was not open yet ends with an error.
    this.on('error', () => {})
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    if (this.#gate.mailbox === undefined) super.send(data)
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { mailbox } = this.#gate ?? {}
    if (event !== 'message' || mailbox === undefined) return super.emit(event, ...args)
    // A poke comes in parts, which nobody sees before the last one.
    this.#poke.push(() => void super.emit(event, ...args))
    if (!String(args[0]).startsWith('["pokeEnd"')) return true
    const poke = this.#poke
    this.#poke = []
    mailbox.put(() => {
      for (const part of poke) part()
    })
    return true
  }
}
