import { MemoryFile, type SyncFile } from '@savepoint/sqlite/wa-sqlite'

/** What has become of a file: its size, and the chunks that changed, undefined if they are gone. */
export interface FileChange {
  readonly size: number
  readonly chunks: ReadonlyMap<number, Uint8Array | undefined>
}

/** Where a copy of files is kept. */
export interface MirrorStore {
  /** All files as the copy has them. From now on, whoever loaded it before cannot write. */
  load(): Promise<ReadonlyMap<string, MemoryFile>>
  /** Puts all of it there, or nothing. Resolves when it survives a crash. */
  write(changes: ReadonlyMap<string, FileChange>): Promise<void>
  /** Gives up what is being written. */
  close(): void
}

/**
 * Files in memory, of which a store keeps a copy. What a flush leaves is copied as it is at that moment, in order: what the
 * store has at any time is what all files were at one moment.
 */
export class Mirror {
  readonly files: ReadonlyMap<string, SyncFile>
  readonly #store: MirrorStore
  /** Flushed, and not handed to the store yet. */
  #changes = new Map<string, FileChange>()
  #writing: Promise<void> | undefined
  #next: Promise<void> | undefined
  #isReleased = false

  /** @throws (rejects) what the store throws */
  static async open(store: MirrorStore, names: readonly string[]): Promise<Mirror> {
    const known = await store.load()
    return new Mirror(store, new Map(names.map((name) => [name, known.get(name) ?? new MemoryFile()])))
  }

  private constructor(store: MirrorStore, memory: ReadonlyMap<string, MemoryFile>) {
    this.#store = store
    this.files = new Map([...memory].map(([name, file]) => [name, new MirroredFile(file, () => this.#collect(name, file))]))
  }

  /** Resolves when all that was flushed until now is in the store; rejects if it could not be put there, and is tried again when asked. */
  flushed(): Promise<void> {
    if (this.#isReleased) return Promise.reject(new Error('The storage was let go: nothing more is written.'))
    if (this.#changes.size === 0) return this.#writing ?? Promise.resolve()
    this.#next ??= Promise.resolve(this.#writing?.catch(() => {})).then(() => this.#write())
    return this.#next
  }

  release(): void {
    this.#isReleased = true
    this.#store.close()
  }

  /** All of one turn goes into one write. */
  #collect(name: string, file: MemoryFile): void {
    this.#changes.set(name, merge(this.#changes.get(name), changeOf(file)))
    file.touched.clear()
    this.flushed().catch(() => {})
  }

  async #write(): Promise<void> {
    this.#next = undefined
    const changes = this.#changes
    this.#changes = new Map()
    this.#writing = this.#store.write(changes)
    try {
      await this.#writing
    } catch (error) {
      for (const [name, change] of changes) this.#changes.set(name, merge(change, this.#changes.get(name)))
      throw error
    } finally {
      this.#writing = undefined
    }
  }
}

class MirroredFile implements SyncFile {
  readonly #memory: MemoryFile
  readonly #flushed: () => void

  constructor(memory: MemoryFile, flushed: () => void) {
    this.#memory = memory
    this.#flushed = flushed
  }

  read(into: Uint8Array, options: { readonly at: number }): number {
    return this.#memory.read(into, options)
  }

  write(bytes: Uint8Array, options: { readonly at: number }): number {
    return this.#memory.write(bytes, options)
  }

  truncate(size: number): void {
    this.#memory.truncate(size)
  }

  getSize(): number {
    return this.#memory.getSize()
  }

  flush(): void {
    if (this.#memory.touched.size > 0) this.#flushed()
  }

  close(): void {}
}

function changeOf(file: MemoryFile): FileChange {
  return { size: file.getSize(), chunks: new Map([...file.touched].map((index) => [index, file.chunks[index]?.slice()])) }
}

function merge(older: FileChange | undefined, newer: FileChange | undefined): FileChange {
  if (older === undefined || newer === undefined) return older ?? newer ?? { size: 0, chunks: new Map() }
  return { size: newer.size, chunks: new Map([...older.chunks, ...newer.chunks]) }
}
