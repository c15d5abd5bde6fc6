import type { Snapshot, Socket, SocketListener, Transport } from '@savepoint/client'
import { contentOfDown, contentOfUp, type FrameContent } from '../model/message.ts'
import type { LabClock } from '../time/lab-clock.ts'
import { DelayLine } from './delay-line.ts'
import { KeptAlive } from './kept-alive.ts'
import type { LineWatcher } from './line-watcher.ts'

const CUT = 'The line is cut.'

interface Line {
  cut(): void
}

/**
 * A client's way to its room, with a delay in each direction, on the lab's time. It can be cut: what is under way is then lost,
 * sockets close, and nothing connects until it is mended.
 */
export class LabTransport implements Transport {
  readonly #inner: Transport
  readonly #clock: LabClock
  readonly #delayMs: () => number
  readonly #watcher: LineWatcher
  readonly #lines = new Set<Line>()
  #isCut = false

  constructor(inner: Transport, clock: LabClock, delayMs: () => number, watcher: LineWatcher) {
    this.#inner = inner
    this.#clock = clock
    this.#delayMs = delayMs
    this.#watcher = watcher
  }

  cut(): void {
    this.#isCut = true
    for (const line of [...this.#lines]) line.cut()
  }

  mend(): void {
    this.#isCut = false
  }

  connect(listener: SocketListener): Socket {
    if (this.#isCut) {
      queueMicrotask(() => listener.closed())
      return { send() {}, close() {} }
    }
    const up = new DelayLine(this.#clock, this.#delayMs)
    const down = new DelayLine(this.#clock, this.#delayMs)
    let socket: KeptAlive | undefined
    const line: Line = {
      cut: () => {
        this.#lines.delete(line)
        up.cut()
        down.cut()
        socket?.close()
        listener.closed()
      },
    }
    this.#lines.add(line)
    up.deliver(() => {
      socket = new KeptAlive(this.#inner, {
        opened: () => down.deliver(() => listener.opened(), false),
        received: (frame) => this.#bringDown(down, frame, listener),
        closed: () =>
          down.deliver(() => {
            this.#lines.delete(line)
            listener.closed()
          }, false),
      })
    }, false)
    return {
      send: (frame) => this.#bringUp(up, frame, () => socket?.send(frame)),
      close: () => {
        this.#lines.delete(line)
        down.cut()
        up.deliver(() => socket?.close(), false)
      },
    }
  }

  async fetchSnapshot(signal: AbortSignal, progress: (bytes?: number, ofBytes?: number) => void): Promise<Snapshot> {
    if (this.#isCut) throw new Error(CUT)
    const snapshot = await this.#inner.fetchSnapshot(signal, progress)
    await new Promise<void>((resolve, reject) => {
      const down = new DelayLine(this.#clock, this.#delayMs)
      const end = (reason: unknown) => {
        down.cut()
        reject(reason)
      }
      const line: Line = { cut: () => end(new Error(CUT)) }
      this.#lines.add(line)
      signal.addEventListener('abort', () => end(signal.reason))
      this.#bring(down, 'down', { kind: 'snapshot' }, () => {
        this.#lines.delete(line)
        resolve()
      })
    })
    return snapshot
  }

  #bringUp(up: DelayLine, frame: string, arrive: () => void): void {
    const content = contentOfUp(frame)
    if (content === null) up.deliver(arrive, false)
    else this.#bring(up, 'up', content, arrive)
  }

  #bringDown(down: DelayLine, frame: string, listener: SocketListener): void {
    const read = contentOfDown(frame)
    if (read === null) {
      down.deliver(() => listener.received(frame), false)
      return
    }
    const { content, patch } = read
    this.#watcher.answered(content)
    this.#bring(down, 'down', content, () => {
      if (content.kind === 'poke') this.#watcher.poked(content.to, patch)
      listener.received(frame)
    })
  }

  #bring(line: DelayLine, way: 'up' | 'down', content: FrameContent, arrive: () => void): void {
    let isThere = false
    let arrived: (() => void) | undefined
    const sentAt = this.#clock.now()
    const arrivesAt = line.deliver(() => {
      isThere = true
      arrived?.()
      arrive()
    }, true)
    if (!isThere) arrived = this.#watcher.sent(way, content, sentAt, arrivesAt)
  }
}
