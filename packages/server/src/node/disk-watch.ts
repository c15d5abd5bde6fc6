/** Of the mark, which has to be free beyond it before the disk counts as roomy again: else it would go to and fro. */
const ROOMY_SHARE = 1.1

interface DiskWatchOptions {
  /** Bytes that are free now. */
  readonly free: () => Promise<number>
  /** Bytes that have to be. */
  readonly mark: number
  /** Told when there are fewer, and when there are enough again. */
  readonly changed: (isLow: boolean, freeBytes: number) => void
}

/**
 * Tells when a disk is nearly full, while there is still room for what has been taken in: a disk that is full to the last byte
 * fails in the middle of a commit, and leaves no room to mend anything.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  #isLow = false

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  async look(): Promise<void> {
    const { free, mark, changed } = this.#options
    const bytes = await free()
    const isLow = bytes < (this.#isLow ? mark * ROOMY_SHARE : mark)
    if (isLow === this.#isLow) return
    this.#isLow = isLow
    changed(isLow, bytes)
  }
}
