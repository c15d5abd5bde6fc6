/** What a store reads while it is open. */
export interface Source<T> {
  /** The same object until something changes. */
  read(): T
  /** False while what can be read is only a placeholder. */
  isReady(): boolean
  /** How long it stays open with no component on it. */
  readonly keepMs: number
  end(): void
}

/**
 * How long a source that works is kept. StrictMode mounts twice, Suspense throws a first render away and shows
 * the next up to half a second later, and people go back to where they were: none of these should ask anew.
 */
export const KEEP_MS = 2000

/**
 * A source that any number of components share. It opens at the first look, which is in a render; a render may never be
 * mounted, so it closes by itself when nobody has subscribed for a while.
 */
export class KeptStore<T> {
  readonly #source: Source<T>
  readonly #listeners = new Set<() => void>()
  readonly #closed: () => void
  #closing: ReturnType<typeof setTimeout> | undefined
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  /** @param closed called when the source has ended: a look after that needs a new store */
  constructor(open: (changed: () => void) => Source<T>, closed: () => void) {
    this.#closed = closed
    this.#source = open(() => this.#changed())
    this.#closeLater()
  }

  read(): T {
    return this.#source.read()
  }

  subscribe(listener: () => void): () => void {
    // Its own function, so that one listener may subscribe twice.
    const entry = () => listener()
    this.#listeners.add(entry)
    clearTimeout(this.#closing)
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.#closeLater()
    }
  }

  /** Resolves when the source is ready. Until then it stays open: who waits for it has not subscribed. */
  whenReady(): Promise<void> {
    if (this.#source.isReady()) return Promise.resolve()
    if (this.#waiting === undefined) {
      let resolve = () => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#waiting = { promise, resolve }
    }
    return this.#waiting.promise
  }

  #changed(): void {
    if (this.#waiting !== undefined && this.#source.isReady()) {
      this.#waiting.resolve()
      this.#waiting = undefined
      if (this.#listeners.size === 0) this.#closeLater()
    }
    for (const listener of [...this.#listeners]) listener()
  }

  #closeLater(): void {
    clearTimeout(this.#closing)
    this.#closing = setTimeout(() => {
      if (this.#waiting !== undefined) return
      this.#source.end()
      this.#closed()
    }, this.#source.keepMs)
  }
}
