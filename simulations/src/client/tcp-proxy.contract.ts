import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What happens to one connection through the proxy; nothing, if nothing is said. Counts are of bytes. */
export interface Fate {
  /** The line is cut once the server has sent so much. */
  readonly cutDownAt?: number
  /** Nothing more comes from the server once it has sent so much, and nobody is told. */
  readonly holdDownAt?: number
  /** The line is cut once the client has sent so much. */
  readonly cutUpAt?: number
}

/** A WebSocket or the events that stand for one; what a client says without a socket; a download. */
type Kind = 'socket' | 'post' | 'snapshot' | 'other'

interface Line {
  readonly kind: Kind
  readonly client: Socket
  readonly server: Socket
  readonly fate: Fate
  down: number
  up: number
  /** What is under way, in order. */
  readonly under: { down: Promise<void>; up: Promise<void> }
  isSlow: boolean
}

/** A line between clients and a server that fails as the test wishes. */
export class TcpProxy {
  /** Asked for each new connection: what it is for, and the how manieth of its kind it is, from 1. */
  fateOf: (kind: Kind, count: number) => Fate = () => ({})
  /** While true, nothing gets through: connections are closed at once. */
  isDown = false
  /** While true, what the server says is lost, and what clients say arrives; that it has arrived is told, as TCP does. */
  swallowsAnswers = false
  /** Milliseconds that each piece takes after the one before it. */
  delayMs = 0
  readonly counts: { [kind in Kind]: number } = { socket: 0, post: 0, snapshot: 0, other: 0 }
  readonly #lines = new Set<Line>()
  readonly #listener: Server
  #target: number

  static async open(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await new Promise<void>((resolve) => proxy.#listener.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  private constructor(target: number) {
    this.#target = target
    this.#listener = createServer((client) => this.#accept(client))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`
  }

  /** The server is now at another port. */
  retarget(port: number): void {
    this.#target = port
  }

  /** Cuts all lines that are open. */
  cut(): void {
    for (const line of this.#lines) this.#end(line)
  }

  async close(): Promise<void> {
    this.isDown = true
    this.cut()
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()))
  }

  #accept(client: Socket): void {
    client.on('error', () => {})
    if (this.isDown) return void client.destroy()
    client.once('data', (head: Buffer) => this.#connect(client, head))
  }

  #connect(client: Socket, head: Buffer): void {
    const request = head.subarray(0, 200).toString('latin1')
    const kind = kindOf(request)
    const server = connect(this.#target, '127.0.0.1')
    const fate = this.fateOf(kind, ++this.counts[kind])
    const line: Line = {
      kind,
      client,
      server,
      fate,
      down: 0,
      up: 0,
      under: { down: Promise.resolve(), up: Promise.resolve() },
      isSlow: false,
    }
    this.#lines.add(line)
    server.on('error', () => {})
    client.on('close', () => this.#end(line))
    // Of a line that is held nothing is told any more, not even its end.
    server.on('close', () => line.down <= (fate.holdDownAt ?? Number.POSITIVE_INFINITY) && this.#end(line))
    client.on('data', (bytes: Buffer) => this.#carry(line, 'up', bytes))
    server.on('data', (bytes: Buffer) => this.#carry(line, 'down', bytes))
    this.#carry(line, 'up', oneRequest(head))
  }

  #carry(line: Line, way: 'up' | 'down', bytes: Buffer): void {
    const { delayMs } = this
    // Once slow, a line stays in this order for good.
    if (delayMs > 0 || line.isSlow) {
      line.isSlow = true
      line.under[way] = line.under[way].then(() => wait(delayMs)).then(() => this.#pass(line, way, bytes))
    } else this.#pass(line, way, bytes)
  }

  #pass(line: Line, way: 'up' | 'down', bytes: Buffer): void {
    const { fate } = line
    const cutAt = (way === 'up' ? fate.cutUpAt : fate.cutDownAt) ?? Number.POSITIVE_INFINITY
    const holdAt =
      way === 'down'
        ? Math.min(fate.holdDownAt ?? Number.POSITIVE_INFINITY, this.swallowsAnswers && line.kind !== 'post' ? 0 : Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY
    const before = line[way]
    line[way] += bytes.length
    const passed = bytes.subarray(0, Math.max(0, Math.min(cutAt, holdAt) - before))
    const to = way === 'up' ? line.server : line.client
    if (line[way] < cutAt) return void (passed.length > 0 && to.write(passed))
    // What got through before the cut arrives.
    to.write(passed, () => this.#end(line))
  }

  #end(line: Line): void {
    if (!this.#lines.delete(line)) return
    line.client.destroy()
    line.server.destroy()
  }
}

function kindOf(request: string): Kind {
  if (/^GET \S*\/(socket|line)[? ]/.test(request)) return 'socket'
  if (/^POST \S*\/line /.test(request)) return 'post'
  return /\/snapshot[? ]/.test(request) ? 'snapshot' : 'other'
}

/** Asks the server to close the connection after this request, so that the next one has a fate of its own. */
function oneRequest(head: Buffer): Buffer {
  return Buffer.from(head.toString('latin1').replace(/^connection: keep-alive\r$/im, 'connection: close\r'), 'latin1')
}
