/** Clock, timers and chance, from outside, so that a simulation can drive the client on virtual time. */
export interface Scheduler {
  /** Milliseconds since 1970. */
  now(): number
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs `run` soon, after what has already arrived. */
  soon(run: () => void): void
  /** In [0, 1). */
  random(): number
  /** A new random ID of at least 120 bits. */
  id(): string
}
