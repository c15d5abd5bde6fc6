import { setImmediate } from 'node:timers'

interface Timer {
  readonly at: number
  readonly turn: number
  run: (() => void) | null
}

/** Virtual time: what is due is run in its order, at once, and then whatever promises it has set going. */
export class VirtualTime {
  /** Milliseconds since the start. */
  now = 0
  /** Things that were run. */
  turns = 0
  /** A binary heap, soonest first; of equal times, first come first. */
  readonly #heap: Timer[] = []
  #count = 0

  /** Runs it at `at`, or now if that has passed. Returns what cancels it. */
  at(at: number, run: () => void): () => void {
    const timer: Timer = { at: Math.max(at, this.now), turn: this.#count++, run }
    this.#push(timer)
    return () => {
      timer.run = null
    }
  }

  after(ms: number, run: () => void): () => void {
    return this.at(this.now + ms, run)
  }

  /** When the next thing is due; undefined if nothing is. */
  get next(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.run !== null) return first.at
      this.#pop()
    }
    return undefined
  }

  /** Runs the next thing, and the promises that wait for it. */
  async turn(): Promise<void> {
    if (this.next === undefined) return
    const timer = this.#pop() as Timer
    this.now = timer.at
    this.turns++
    timer.run?.()
    await settled()
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (isBefore(heap[above] as Timer, timer)) break
      heap[at] = heap[above] as Timer
      at = above
    }
    heap[at] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below++
      if (isBefore(last, heap[below] as Timer)) break
      heap[at] = heap[below] as Timer
      at = below
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.turn < b.turn)
}

/** Resolves when no promise has anything left to do: Node turns to immediates only then. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
