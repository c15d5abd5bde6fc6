import type { SnapshotSink } from './connection/transport.ts'

/** What has come is flushed, and noted, in steps of so many bytes: no more is fetched twice. */
const NOTED_BYTES = 4 * 1024 * 1024

/** A note is this long, so that a disk writes all of it or nothing. */
const NOTE_BYTES = 512

/** How much of a snapshot's file is there for good. */
export interface ReceivedNote {
  /** Of the base that it is to become. */
  readonly generation: number
  /** The file's ETag. */
  readonly tag: string
  readonly size: number
  readonly bytes: number
}

/** Where a snapshot's file is put. */
export interface ReceivingFile {
  write(bytes: Uint8Array, at: number): void
  /** Removes what is there. */
  empty(): void
  flush(): void
  note(note: ReceivedNote): void
}

/** Puts a snapshot's file on disk as it comes, and keeps account of it, so that it can go on after a crash. */
export class ReceivedBase implements SnapshotSink {
  readonly partial: SnapshotSink['partial']
  readonly #file: ReceivingFile
  readonly #generation: number
  #tag = ''
  #size = 0
  #at = 0
  #noted = 0

  /** @param known what was noted before */
  constructor(file: ReceivingFile, generation: number, known: ReceivedNote | undefined) {
    this.#file = file
    this.#generation = generation
    this.partial = known?.generation === generation && known.tag !== '' ? { tag: known.tag, bytes: known.bytes } : undefined
  }

  begin(tag: string, size: number, at: number): void {
    if (at === 0) this.#file.empty()
    this.#tag = tag
    this.#size = size
    this.#at = at
    this.#noted = at
  }

  write(bytes: Uint8Array): void {
    this.#file.write(bytes, this.#at)
    this.#at += bytes.length
    if (this.#at - this.#noted < NOTED_BYTES && this.#at < this.#size) return
    this.#file.flush()
    this.#file.note({ generation: this.#generation, tag: this.#tag, size: this.#size, bytes: this.#at })
    this.#noted = this.#at
  }
}

/** True if all of the base of this generation is there. */
export function isWhole(note: ReceivedNote | undefined, generation: number): boolean {
  return note?.generation === generation && note.bytes === note.size
}

export function encodeNote(note: ReceivedNote): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(note).padEnd(NOTE_BYTES))
}

/** Undefined if there is none that can be read. */
export function decodeNote(bytes: Uint8Array): ReceivedNote | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as ReceivedNote
  } catch {
    return undefined
  }
}
