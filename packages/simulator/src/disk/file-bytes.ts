/** Bytes that grow. What lies beyond the end is zero. */
export class FileBytes {
  #bytes = new Uint8Array(0)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }

  read(into: Uint8Array, at: number): number {
    const found = this.#bytes.subarray(Math.min(at, this.#size), Math.min(at + into.length, this.#size))
    into.set(found)
    if (found.length < into.length) into.fill(0, found.length)
    return found.length
  }

  write(bytes: Uint8Array, at: number): void {
    const end = at + bytes.length
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#size * 2))
      grown.set(this.view())
      this.#bytes = grown
    }
    this.#bytes.set(bytes, at)
    this.#size = Math.max(this.#size, end)
  }

  /** Nothing is in it any more; its memory is kept. What `view` gave before is not to be used. */
  empty(): void {
    this.#bytes.fill(0, 0, this.#size)
    this.#size = 0
  }

  truncate(size: number): void {
    if (size > this.#size) this.write(new Uint8Array(size - this.#size), this.#size)
    else this.#bytes.fill(0, size, this.#size)
    this.#size = size
  }
}
