import type { SyncFile } from '@savepoint/sqlite/wa-sqlite'
import type { OpfsDirectory } from './open-opfs-files.ts'

/** What a disk writes all of or nothing of. */
const SECTOR_BYTES = 512

type Change = { readonly at: number; readonly bytes: Uint8Array } | { readonly size: number }

/** A file as its readers see it, as the medium has it, and what was not flushed between the two. */
class DiskFile {
  content: Uint8Array = new Uint8Array(0)
  flushed: Uint8Array = new Uint8Array(0)
  unflushed: Change[] = []
  handle: DiskHandle | undefined
}

/**
 * An origin's private file system that gives out each file once at a time, has a quota, and can lose power: what was not
 * flushed is then there, gone, or torn.
 */
export class OpfsDisk implements OpfsDirectory {
  quota = Number.POSITIVE_INFINITY
  /** Operations until the machine ends, by losing power. */
  changesLeft = Number.POSITIVE_INFINITY
  flushes = 0
  /** Names whose handles are refused, with this error. */
  refuses: (name: string) => Error | undefined = () => undefined
  readonly #random: () => number
  readonly #files = new Map<string, DiskFile>()

  /** @param random gives numbers from 0 to 1 */
  constructor(random: () => number = () => 0.5) {
    this.#random = random
  }

  get names(): string[] {
    return [...this.#files.keys()].sort()
  }

  bytes(name: string): Uint8Array {
    return this.#file(name).content
  }

  /** Writes over what is there, flushed, as a broken medium would. */
  damage(name: string, at: number, bytes: Uint8Array): void {
    const file = this.#file(name)
    file.content.set(bytes, at)
    file.flushed = file.content.slice()
  }

  get openCount(): number {
    return [...this.#files.values()].filter((file) => file.handle !== undefined).length
  }

  getDirectoryHandle(name: string): Promise<OpfsDirectory> {
    return this.#directory(`${name}/`)
  }

  getFileHandle(): Promise<object> {
    throw new Error('No file is expected here')
  }

  removeEntry(): Promise<void> {
    throw new Error('Nothing is to be removed here')
  }

  async #directory(path: string): Promise<OpfsDirectory> {
    return {
      getDirectoryHandle: (name) => this.#directory(`${path}${name}/`),
      getFileHandle: async (name) => ({ createSyncAccessHandle: async () => this.#open(path + name) }),
      removeEntry: async (name) => {
        const found = [...this.#files].filter(([file]) => file.startsWith(`${path}${name}/`))
        if (found.some(([, file]) => file.handle !== undefined)) throw named('NoModificationAllowedError')
        if (found.length === 0) throw named('NotFoundError')
        for (const [file] of found) this.#files.delete(file)
      },
    }
  }

  #open(name: string): SyncFile {
    const refusal = this.refuses(name)
    if (refusal !== undefined) throw refusal
    const file = this.#files.get(name) ?? new DiskFile()
    this.#files.set(name, file)
    if (file.handle !== undefined) throw named('NoModificationAllowedError')
    file.handle = new DiskHandle(this, file)
    return file.handle
  }

  /** The process ends, and with `power` the machine: then what was not flushed is kept, lost or torn. */
  crash(power: boolean): void {
    this.changesLeft = Number.POSITIVE_INFINITY
    const keptShare = [0, 1, this.#random(), this.#random()][Math.floor(this.#random() * 4)] ?? 0
    for (const file of this.#files.values()) {
      file.handle?.cut()
      file.handle = undefined
      if (!power) continue
      for (const change of file.unflushed) {
        if (this.#random() < keptShare) file.flushed = applied(file.flushed, change)
        else if ('at' in change && this.#random() < 0.5) file.flushed = this.#torn(file.flushed, change)
      }
      file.unflushed = []
      file.content = file.flushed.slice()
    }
  }

  change(file: DiskFile, change: Change): void {
    this.tick()
    const grown = applied(file.content, change)
    let total = 0
    for (const other of this.#files.values()) total += other === file ? grown.length : other.content.length
    if (total > this.quota && grown.length > file.content.length) throw named('QuotaExceededError')
    file.content = grown
    file.unflushed.push(change)
  }

  flush(file: DiskFile): void {
    this.tick()
    this.flushes++
    file.flushed = file.content.slice()
    file.unflushed = []
  }

  tick(): void {
    if (this.changesLeft-- <= 0) throw new Error('The machine has ended')
  }

  #torn(before: Uint8Array, { at, bytes }: { readonly at: number; readonly bytes: Uint8Array }): Uint8Array {
    let after = before
    for (let from = at; from < at + bytes.length; ) {
      const to = Math.min(at + bytes.length, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES)
      if (this.#random() < 0.5) after = applied(after, { at: from, bytes: bytes.subarray(from - at, to - at) })
      from = to
    }
    return after
  }

  #file(name: string): DiskFile {
    const file = this.#files.get(name)
    if (file === undefined) throw new Error(`There is no file ${name}`)
    return file
  }
}

class DiskHandle implements SyncFile {
  readonly #disk: OpfsDisk
  readonly #file: DiskFile
  #isClosed = false

  constructor(disk: OpfsDisk, file: DiskFile) {
    this.#disk = disk
    this.#file = file
  }

  read(into: Uint8Array, { at }: { readonly at: number }): number {
    this.#check()
    const found = this.#file.content.subarray(at, at + into.length)
    into.set(found)
    return found.length
  }

  write(bytes: Uint8Array, { at }: { readonly at: number }): number {
    this.#check()
    this.#disk.change(this.#file, { at, bytes: bytes.slice() })
    return bytes.length
  }

  truncate(size: number): void {
    this.#check()
    this.#disk.change(this.#file, { size })
  }

  flush(): void {
    this.#check()
    this.#disk.flush(this.#file)
  }

  getSize(): number {
    this.#check()
    return this.#file.content.length
  }

  close(): void {
    if (!this.#isClosed) this.#file.handle = undefined
    this.#isClosed = true
  }

  cut(): void {
    this.#isClosed = true
  }

  #check(): void {
    if (this.#isClosed) throw named('InvalidStateError')
  }
}

function applied(before: Uint8Array, change: Change): Uint8Array {
  const size = 'size' in change ? change.size : Math.max(before.length, change.at + change.bytes.length)
  const after = size === before.length ? before : new Uint8Array(size)
  if (after !== before) after.set(before.subarray(0, size))
  if ('at' in change) after.set(change.bytes, change.at)
  return after
}

function named(name: string): Error {
  return Object.assign(new Error(`${name} of the browser`), { name })
}
