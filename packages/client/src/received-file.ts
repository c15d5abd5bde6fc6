import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { decodeNote, encodeNote, type ReceivedNote, type ReceivingFile } from './received-base.ts'

/** A snapshot on its way, in a directory: a file, and a note of how much of it is there for good. */
export class ReceivedFile implements ReceivingFile {
  readonly #path: string
  readonly #note: string

  constructor(directory: string) {
    this.#path = join(directory, 'snapshot.part')
    this.#note = join(directory, 'snapshot.json')
  }

  known(): ReceivedNote | undefined {
    try {
      return decodeNote(readFileSync(this.#note))
    } catch {
      return undefined
    }
  }

  write(bytes: Uint8Array, at: number): void {
    this.#with(at === 0 ? 'w' : 'r+', (file) => {
      for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from, bytes.length - from, at + from)
    })
  }

  empty(): void {
    rmSync(this.#note, { force: true })
    rmSync(this.#path, { force: true })
  }

  flush(): void {
    this.#with('r+', fsyncSync)
  }

  note(note: ReceivedNote): void {
    writeFileSync(`${this.#note}.new`, encodeNote(note), { flush: true })
    renameSync(`${this.#note}.new`, this.#note)
  }

  /** It becomes this file. */
  moveTo(path: string): void {
    renameSync(this.#path, path)
    rmSync(this.#note, { force: true })
  }

  #with(flags: string, use: (file: number) => void): void {
    const file = openSync(this.#path, flags)
    try {
      use(file)
    } finally {
      closeSync(file)
    }
  }
}
