import { setTimeout as wait } from 'node:timers/promises'
import type { Socket, Transport } from '@savepoint/client'

/**
 * A transport on which everything takes `delayMs()` longer in each direction: opening, frames, closing and snapshots. Order is kept,
 * also when the delay changes.
 */
export function delayedTransport(transport: Transport, delayMs: () => number): Transport {
  return {
    connect(listener) {
      const up = new DelayLine(delayMs)
      const down = new DelayLine(delayMs)
      let socket: Socket | undefined
      up.deliver(() => {
        socket = transport.connect({
          opened: () => down.deliver(() => listener.opened()),
          received: (frame) => down.deliver(() => listener.received(frame)),
          closed: () => down.deliver(() => listener.closed()),
        })
      })
      return {
        send: (frame) => up.deliver(() => socket?.send(frame)),
        close() {
          down.cut()
          up.deliver(() => socket?.close())
        },
      }
    },
    async fetchSnapshot(signal, progress) {
      await wait(delayMs(), undefined, { signal })
      const snapshot = await transport.fetchSnapshot(signal, progress)
      await wait(delayMs(), undefined, { signal })
      return snapshot
    },
  }
}

/** One direction of a line: what goes in comes out later, in the same order. */
class DelayLine {
  readonly #delayMs: () => number
  readonly #underWay: { readonly due: number; readonly arrive: () => void }[] = []
  #isCut = false
  #timer: NodeJS.Timeout | undefined

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs
  }

  deliver(arrive: () => void): void {
    if (this.#isCut) return
    const delayMs = this.#delayMs()
    if (delayMs <= 0 && this.#underWay.length === 0) return arrive()
    this.#underWay.push({ due: performance.now() + delayMs, arrive })
    this.#timer ??= setTimeout(() => this.#arrive(), delayMs)
  }

  /** What is under way is lost. */
  cut(): void {
    this.#isCut = true
    this.#underWay.length = 0
    clearTimeout(this.#timer)
  }

  #arrive(): void {
    for (let next = this.#underWay[0]; next !== undefined; next = this.#underWay[0]) {
      const early = next.due - performance.now()
      // A timer may fire up to a millisecond before its time.
      if (early > 1) {
        this.#timer = setTimeout(() => this.#arrive(), early)
        return
      }
      next.arrive()
      this.#underWay.shift()
    }
    this.#timer = undefined
  }
}
