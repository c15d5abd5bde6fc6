import type { Random } from '../random.ts'
import { VirtualFile } from './virtual-file.ts'

/** The files of a disk by name, and the names that are not flushed: a directory forgets as a file does. */
export class VirtualFiles {
  #files = new Map<string, VirtualFile>()
  #flushed = new Map<string, VirtualFile>()
  #unflushed: { readonly name: string; readonly file: VirtualFile | undefined }[] = []

  /** Sorted. */
  names(): string[] {
    return [...this.#files.keys()].sort()
  }

  find(name: string): VirtualFile | undefined {
    return this.#files.get(name)
  }

  create(name: string): VirtualFile {
    const file = new VirtualFile()
    this.#files.set(name, file)
    this.#unflushed.push({ name, file })
    return file
  }

  /** Puts a file there, or in the place of another, flushed. */
  put(name: string, bytes: Uint8Array): void {
    this.#files.set(name, VirtualFile.of(bytes))
    this.#unflushed.push({ name, file: this.#files.get(name) })
    this.#flushNames()
  }

  delete(name: string, flushed: boolean): void {
    if (this.#files.delete(name)) this.#unflushed.push({ name, file: undefined })
    if (flushed) this.#flushNames()
  }

  /** Flushes the file, and all names with it if its own is new, as SQLite flushes the directory of a new journal. */
  flush(file: VirtualFile): void {
    file.flush()
    if (this.#unflushed.some((change) => change.file === file)) this.#flushNames()
  }

  /** What was not flushed is kept, lost or torn. */
  losePower(random: Random): void {
    const keptShare = random.pick([0, 1, random.next(), random.next()])
    for (const change of this.#unflushed) if (random.chance(keptShare)) this.#apply(change)
    this.#unflushed = []
    this.#files = new Map(this.#flushed)
    for (const name of this.names()) this.#files.get(name)?.losePower(random, keptShare)
  }

  /** All that was written reaches the medium: the system outlives its processes, and has the time. */
  flushAll(): void {
    this.#flushNames()
    for (const file of this.#files.values()) file.flush()
  }

  /** The same files as they are read now, flushed. */
  copy(): VirtualFiles {
    const copy = new VirtualFiles()
    for (const [name, file] of this.#files) copy.put(name, file.bytes())
    return copy
  }

  #flushNames(): void {
    for (const change of this.#unflushed) this.#apply(change)
    this.#unflushed = []
  }

  #apply({ name, file }: { name: string; file: VirtualFile | undefined }): void {
    if (file === undefined) this.#flushed.delete(name)
    else this.#flushed.set(name, file)
  }
}
