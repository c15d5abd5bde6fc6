import type { SyncFile } from './sync-file.ts'

/** Memory is taken, and changes are told, in pieces of this size. */
const CHUNK_BYTES = 64 * 1024

/** A file in memory, in chunks, so that it grows without being copied. */
export class MemoryFile implements SyncFile {
  /** Whole chunks; beyond the size, the last one holds zeros. A missing one is all zeros. */
  readonly chunks: (Uint8Array | undefined)[] = []
  /** Which chunks have changed since somebody cleared this. */
  readonly touched = new Set<number>()
  #size = 0

  /** A file of these chunks, which become its own. All but the last are whole. */
  static of(chunks: readonly (Uint8Array | undefined)[], size: number): MemoryFile {
    const file = new MemoryFile()
    file.chunks.push(...chunks)
    file.#size = size
    return file
  }

  getSize(): number {
    return this.#size
  }

  read(into: Uint8Array, { at }: { readonly at: number }): number {
    const end = Math.min(at + into.length, this.#size)
    for (let from = at; from < end; ) {
      const index = Math.floor(from / CHUNK_BYTES)
      const start = from - index * CHUNK_BYTES
      const length = Math.min(CHUNK_BYTES - start, end - from)
      const chunk = this.chunks[index]
      if (chunk === undefined) into.fill(0, from - at, from - at + length)
      else into.set(chunk.subarray(start, start + length), from - at)
      from += length
    }
    return Math.max(0, end - at)
  }

  write(bytes: Uint8Array, { at }: { readonly at: number }): number {
    const end = at + bytes.length
    for (let from = at; from < end; ) {
      const index = Math.floor(from / CHUNK_BYTES)
      const start = from - index * CHUNK_BYTES
      const length = Math.min(CHUNK_BYTES - start, end - from)
      this.#chunk(index).set(bytes.subarray(from - at, from - at + length), start)
      from += length
    }
    this.#size = Math.max(this.#size, end)
    return bytes.length
  }

  truncate(size: number): void {
    const count = Math.ceil(size / CHUNK_BYTES)
    if (size < this.#size) {
      for (let index = count; index < this.chunks.length; index++) this.touched.add(index)
      this.chunks.length = Math.min(this.chunks.length, count)
      const rest = size - (count - 1) * CHUNK_BYTES
      if (this.chunks[count - 1] !== undefined) this.#chunk(count - 1).fill(0, rest)
    }
    this.#size = size
  }

  flush(): void {}
  close(): void {}

  #chunk(index: number): Uint8Array {
    this.touched.add(index)
    const known = this.chunks[index]
    if (known !== undefined) return known
    const made = new Uint8Array(CHUNK_BYTES)
    this.chunks[index] = made
    return made
  }
}
