/** Time as the machine has it, in milliseconds from anywhere. */
export interface RealTime {
  now(): number
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

interface Entry {
  readonly due: number
  readonly run: () => void
  /** True for what a visitor sees happen: a step goes to the next of these. */
  readonly isSeen: boolean
}

/** How long a step takes to the eye, in real milliseconds. */
const STEP_MS = 500

/**
 * The lab's own time, in milliseconds from its start. It can be slowed down, sped up and halted, and with it all lines and all
 * clients: they have no other clock.
 */
export class LabClock {
  readonly #real: RealTime
  readonly #listeners = new Set<() => void>()
  #entries: Entry[] = []
  #speed = 1
  #isPaused = false
  /** Where a step ends; null when none is being taken. */
  #stopsAt: number | null = null
  #stepRate = 1
  #anchorLab = 0
  #anchorReal: number
  /** The due time of what runs just now. */
  #running: number | null = null
  #cancel: (() => void) | undefined

  constructor(real: RealTime) {
    this.#real = real
    this.#anchorReal = real.now()
  }

  get speed(): number {
    return this.#speed
  }

  /** True while time stands still, or does so again after the step that is being taken. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  now(): number {
    if (this.#running !== null) return this.#running
    const reached = this.#anchorLab + (this.#real.now() - this.#anchorReal) * this.#rate
    return this.#stopsAt === null ? reached : Math.min(reached, this.#stopsAt)
  }

  /** Runs `run` after so much of the lab's time. Returns what cancels it. */
  after(ms: number, run: () => void, isSeen = false): () => void {
    const entry: Entry = { due: this.now() + Math.max(0, ms), run, isSeen }
    const at = this.#entries.findLastIndex((other) => other.due <= entry.due) + 1
    this.#entries.splice(at, 0, entry)
    this.#arm()
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
      this.#arm()
    }
  }

  setSpeed(speed: number): void {
    this.#change(() => {
      this.#speed = speed
    })
  }

  pause(): void {
    this.#change(() => {
      this.#isPaused = true
      this.#stopsAt = null
    })
  }

  resume(): void {
    this.#change(() => {
      this.#isPaused = false
      this.#stopsAt = null
    })
  }

  /** Goes on to the next thing that can be seen, and halts there. False if nothing is to come. */
  step(): boolean {
    const next = this.#entries.find(({ isSeen }) => isSeen)
    if (next === undefined) return false
    this.#change(() => {
      this.#isPaused = true
      this.#stopsAt = next.due
      this.#stepRate = Math.max(this.#speed, (next.due - this.#anchorLab) / STEP_MS)
    })
    return true
  }

  /** Told of each change of pace. Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Nothing runs any more. */
  close(): void {
    this.#entries = []
    this.#cancel?.()
  }

  get #rate(): number {
    if (this.#stopsAt !== null) return this.#stepRate
    return this.#isPaused ? 0 : this.#speed
  }

  #change(change: () => void): void {
    this.#anchor()
    change()
    this.#arm()
    for (const listener of [...this.#listeners]) listener()
  }

  #anchor(): void {
    this.#anchorLab = this.now()
    this.#anchorReal = this.#real.now()
  }

  #arm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const due = this.#stopsAt ?? this.#entries[0]?.due
    if (due === undefined || this.#rate === 0 || this.#running !== null) return
    const next = Math.min(due, this.#entries[0]?.due ?? due)
    this.#cancel = this.#real.after(Math.max(0, (next - this.now()) / this.#rate), () => this.#runDue())
  }

  #runDue(): void {
    const now = this.now()
    for (let first = this.#entries[0]; first !== undefined && first.due <= now; first = this.#entries[0]) {
      this.#entries.shift()
      this.#running = first.due
      try {
        first.run()
      } finally {
        this.#running = null
      }
    }
    if (this.#stopsAt !== null && now >= this.#stopsAt) this.pause()
    else this.#arm()
  }
}
