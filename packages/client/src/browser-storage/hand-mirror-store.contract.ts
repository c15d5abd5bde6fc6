import { MemoryFile } from '@savepoint/sqlite/wa-sqlite'
import type { FileChange, MirrorStore } from './mirror.ts'

interface Kept {
  size: number
  readonly chunks: Map<number, Uint8Array>
}

/** What survives the process, of which a test decides when writes come to an end, and how. */
export class HandMirrorStore implements MirrorStore {
  /** False to keep writes waiting until {@link letGo}. */
  isOpen = true
  fails: Error | undefined
  writes = 0
  readonly #kept: Map<string, Kept>
  #waiting: (() => void)[] = []
  #isClosed = false

  constructor(kept = new Map<string, Kept>()) {
    this.#kept = kept
  }

  /** What another process would find if this one ended now. */
  crash(): HandMirrorStore {
    this.#isClosed = true
    return new HandMirrorStore(new Map([...this.#kept].map(([name, { size, chunks }]) => [name, { size, chunks: new Map(chunks) }])))
  }

  async load(): Promise<ReadonlyMap<string, MemoryFile>> {
    const files = [...this.#kept].map(([name, { size, chunks }]) => {
      const parts: Uint8Array[] = []
      for (const [index, bytes] of chunks) parts[index] = bytes.slice()
      return [name, MemoryFile.of(parts, size)] as const
    })
    return new Map(files)
  }

  async write(changes: ReadonlyMap<string, FileChange>): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#isClosed) throw new Error('The store was closed')
    if (this.fails !== undefined) throw this.fails
    this.writes++
    for (const [name, { size, chunks }] of changes) {
      const kept = this.#kept.get(name) ?? { size, chunks: new Map() }
      this.#kept.set(name, kept)
      kept.size = size
      for (const [index, bytes] of chunks) {
        if (bytes === undefined) kept.chunks.delete(index)
        else kept.chunks.set(index, bytes)
      }
    }
  }

  /** All that waits comes to its end. */
  letGo(): void {
    this.isOpen = true
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  close(): void {
    this.#isClosed = true
  }
}
