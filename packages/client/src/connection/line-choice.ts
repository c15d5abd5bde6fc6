import type { Scheduler } from './scheduler.ts'
import type { AskToken, Socket, SocketListener } from './transport.ts'

/** A WebSocket that has said nothing for so long, in milliseconds, is tried beside: half of what a greeting may take is left for the other way. */
const SOCKET_SILENCE_MS_MAX = 5000

/** How long WebSockets are not tried on a network after none got through, in milliseconds; it doubles each time, up to the second. */
const SOCKET_AGAIN_MS_MIN = 60_000
const SOCKET_AGAIN_MS_MAX = 3_600_000

type Open = (listener: SocketListener, token: AskToken) => Socket

/**
 * Chooses for each connection between a WebSocket and HTTP. A WebSocket that cannot be opened, or opens and says nothing, does
 * not tell whether the server is down or something in between lets none through: whether HTTP gets through does. That WebSockets
 * do not is remembered for a while.
 */
export class LineChoice {
  readonly #scheduler: Pick<Scheduler, 'now' | 'after'>
  readonly #overSocket: Open
  readonly #overHttp: Open
  #socketAgainAt = 0
  #wait = SOCKET_AGAIN_MS_MIN

  constructor(scheduler: Pick<Scheduler, 'now' | 'after'>, overSocket: Open, overHttp: Open) {
    this.#scheduler = scheduler
    this.#overSocket = overSocket
    this.#overHttp = overHttp
  }

  connect(listener: SocketListener, token: AskToken): Socket {
    if (this.#scheduler.now() < this.#socketAgainAt) return this.#reconnect(listener, token)
    const overSocket = (heard: SocketListener) => this.#overSocket(heard, token)
    const overHttp = (heard: SocketListener) => this.#overHttp(heard, token)
    return new Contest(listener, this.#scheduler, overSocket, overHttp, {
      socketSpoke: () => {
        this.#wait = SOCKET_AGAIN_MS_MIN
      },
      httpOpened: () => {
        this.#socketAgainAt = this.#scheduler.now() + this.#wait
        this.#wait = Math.min(this.#wait * 2, SOCKET_AGAIN_MS_MAX)
      },
    })
  }

  /** On another network, what was found need not hold. */
  forget(): void {
    this.#socketAgainAt = 0
    this.#wait = SOCKET_AGAIN_MS_MIN
  }

  /** Over HTTP as last time. If that does not open either, what was found then need not hold any more. */
  #reconnect(listener: SocketListener, token: AskToken): Socket {
    let isOpen = false
    const heard: SocketListener = {
      opened(over) {
        isOpen = true
        listener.opened(over)
      },
      received: (frame) => listener.received(frame),
      closed: (error) => {
        if (!isOpen) this.#socketAgainAt = 0
        listener.closed(error)
      },
    }
    return this.#overHttp(heard, token)
  }
}

/** What a choice learns of one connection. */
interface Findings {
  socketSpoke(): void
  httpOpened(): void
}

type OpenWay = (listener: SocketListener) => Socket

/** One connection's two ways, of which the first to say something is taken. */
class Contest implements Socket {
  readonly #listener: SocketListener
  readonly #overHttp: OpenWay
  readonly #findings: Findings
  readonly #cancelWait: () => void
  #socket: Socket | null = null
  #http: Socket | null = null
  #winner: Socket | null = null
  #isSocketOver = false
  #isHttpOver = false
  #isClosed = false

  constructor(listener: SocketListener, scheduler: Pick<Scheduler, 'after'>, overSocket: OpenWay, overHttp: OpenWay, findings: Findings) {
    this.#listener = listener
    this.#overHttp = overHttp
    this.#findings = findings
    this.#cancelWait = scheduler.after(SOCKET_SILENCE_MS_MAX, () => this.#tryHttp())
    try {
      this.#socket = overSocket({
        opened: (over) => listener.opened(over),
        received: (frame) => this.#socketSpoke(frame),
        closed: (error) => this.#socketOver(error),
      })
    } catch {
      // Not every place has or allows WebSockets.
      this.#isSocketOver = true
      this.#tryHttp()
    }
  }

  send(frame: string): void {
    const to = this.#winner ?? this.#socket
    to?.send(frame)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelWait()
    this.#socket?.close()
    this.#http?.close()
  }

  #socketSpoke(frame: string): void {
    if (this.#winner === null) {
      this.#winner = this.#socket
      this.#cancelWait()
      this.#http?.close()
      this.#findings.socketSpoke()
    }
    this.#listener.received(frame)
  }

  #socketOver(error: unknown): void {
    this.#isSocketOver = true
    if (this.#winner !== null || this.#isHttpOver) return this.#closed(error)
    this.#tryHttp()
  }

  #tryHttp(): void {
    this.#cancelWait()
    if (this.#http !== null || this.#isClosed) return
    this.#http = this.#overHttp({
      opened: (over) => {
        this.#socket?.close()
        this.#winner = this.#http
        this.#findings.httpOpened()
        this.#listener.opened(over)
      },
      // Before it has opened, this is a refusal: the server's word, whichever way it comes.
      received: (frame) => this.#listener.received(frame),
      closed: (error) => {
        this.#isHttpOver = true
        if (this.#winner !== null || this.#isSocketOver) this.#closed(error)
      },
    })
  }

  #closed(error: unknown): void {
    if (this.#isClosed) return
    this.#cancelWait()
    this.#isClosed = true
    this.#listener.closed(error)
  }
}
