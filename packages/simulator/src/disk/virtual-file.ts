import type { Random } from '../random.ts'
import { FileBytes } from './file-bytes.ts'

/** What a disk writes all of or nothing of. */
export const SECTOR_BYTES = 512

/** Changes that wait for a flush. Beyond it the system writes the oldest back by itself, so that a database that never flushes is bounded. */
const UNFLUSHED_CHANGES_MAX = 2048

/** A write of what lies from `from` on among the written bytes, or a truncation to a size. */
type Change = { readonly at: number; readonly from: number; readonly length: number } | { readonly size: number }

/** A file as its readers see it, as the medium has it, and the changes between the two. */
export class VirtualFile {
  readonly #content = new FileBytes()
  readonly #flushed = new FileBytes()
  #unflushed: Change[] = []
  /** What the unflushed writes wrote, one after the other: used again after each flush, as there are many small writes. */
  #written = new FileBytes()

  /** A file that is flushed. */
  static of(bytes: Uint8Array): VirtualFile {
    const file = new VirtualFile()
    file.#content.write(bytes, 0)
    file.#flushed.write(bytes, 0)
    return file
  }

  get size(): number {
    return this.#content.size
  }

  /** A copy of all bytes. */
  bytes(): Uint8Array {
    return this.#content.copy()
  }

  /** Fills `into` from this offset on, with zeros beyond the end, and tells how many bytes there were. */
  read(into: Uint8Array, at: number): number {
    return this.#content.read(into, at)
  }

  write(bytes: Uint8Array, at: number): void {
    this.#content.write(bytes, at)
    const from = this.#written.size
    this.#written.write(bytes, from)
    this.#change({ at, from, length: bytes.length })
  }

  truncate(size: number): void {
    this.#content.truncate(size)
    this.#change({ size })
  }

  flush(): void {
    for (const change of this.#unflushed) this.#apply(change)
    this.#forget()
  }

  /**
   * A flush that failed: by chance some writes have reached the medium. Linux then forgets the rest: readers see it still,
   * and no later flush writes it.
   */
  failFlush(random: Random): void {
    for (const change of this.#unflushed) if (random.chance(0.5)) this.#apply(change)
    this.#forget()
  }

  /** Each change that was not flushed is kept with this probability; of the others half are lost, half are torn. */
  losePower(random: Random, keptShare: number): void {
    for (const change of this.#unflushed) {
      if (random.chance(keptShare)) this.#apply(change)
      else if ('from' in change && random.chance(0.5)) this.#tear(change.at, this.#bytesOf(change), random)
    }
    this.#forget()
    this.#content.truncate(0)
    this.#content.write(this.#flushed.view(), 0)
  }

  #change(change: Change): void {
    this.#unflushed.push(change)
    if (this.#unflushed.length <= UNFLUSHED_CHANGES_MAX) return
    for (const old of this.#unflushed.splice(0, UNFLUSHED_CHANGES_MAX / 2)) this.#apply(old)
    const [before, kept] = [this.#written, this.#unflushed]
    this.#written = new FileBytes()
    this.#unflushed = kept.map((one) => {
      if ('size' in one) return one
      const from = this.#written.size
      this.#written.write(before.view().subarray(one.from, one.from + one.length), from)
      return { ...one, from }
    })
  }

  #forget(): void {
    this.#unflushed = []
    this.#written.empty()
  }

  #bytesOf({ from, length }: { readonly from: number; readonly length: number }): Uint8Array {
    return this.#written.view().subarray(from, from + length)
  }

  #apply(change: Change): void {
    if ('size' in change) this.#flushed.truncate(change.size)
    else this.#flushed.write(this.#bytesOf(change), change.at)
  }

  #tear(at: number, bytes: Uint8Array, random: Random): void {
    for (let from = at; from < at + bytes.length; ) {
      const to = Math.min(at + bytes.length, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES)
      if (random.chance(0.5)) this.#flushed.write(bytes.subarray(from - at, to - at), from)
      from = to
    }
  }
}
