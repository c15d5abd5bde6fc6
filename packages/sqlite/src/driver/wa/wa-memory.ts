import { SqliteError } from '../sqlite-error.ts'
import { encodeText, encodeTextInto } from './text.ts'
import type { WaSqliteModule } from './wa-module.ts'

/** Holds the texts and blobs of one statement's parameters; longer ones get an allocation of their own. */
const ARENA_BYTES = 64 * 1024
/** Longer texts are encoded apart first, for the exact size: shorter ones get room for the worst case, which is faster. */
const ROOMY_TEXT_MAX = 256 * 1024
const OUT_BYTES = 8
const UTF8_BYTES_PER_UNIT_MAX = 3

/**
 * A connection's share of the module's memory: an arena for what is bound while one statement runs, so that a bind
 * neither allocates nor is copied (SQLITE_STATIC).
 */
export class WaMemory {
  readonly #module: WaSqliteModule
  readonly #arena: number
  readonly #free: number
  #heap: Uint8Array
  /** How much of the arena is taken. Zero it before a statement is bound anew. */
  used = 0
  /** Where the last {@link putText} or {@link putBytes} wrote. */
  at = 0
  /** What SQLite shall do with it: nothing (0), or free it (a function pointer). */
  destructor = 0

  constructor(module: WaSqliteModule) {
    this.#module = module
    this.#heap = module.HEAPU8
    this.#free = module._getSqliteFree()
    this.#arena = this.#allocate(ARENA_BYTES + OUT_BYTES)
  }

  /** The module's memory. A view is dead (of length 0) once the memory has grown, so never keep one over a call. */
  get heap(): Uint8Array {
    if (this.#heap.length === 0) this.#heap = this.#module.HEAPU8
    return this.#heap
  }

  /** Stores the text as UTF-8 for one bind and returns its length in bytes. */
  putText(text: string): number {
    if (text.length * UTF8_BYTES_PER_UNIT_MAX > ARENA_BYTES - this.used) return this.#putLongText(text)
    this.at = this.#arena + this.used
    this.destructor = 0
    const bytes = encodeTextInto(text, this.heap, this.at)
    this.used += bytes
    return bytes
  }

  /** Stores the bytes for one bind and returns their number. */
  putBytes(bytes: Uint8Array): number {
    if (bytes.length > ARENA_BYTES - this.used) return this.#putLong(bytes)
    this.at = this.#arena + this.used
    this.destructor = 0
    this.heap.set(bytes, this.at)
    this.used += bytes.length
    return bytes.length
  }

  #putLongText(text: string): number {
    if (text.length > ROOMY_TEXT_MAX) return this.#putLong(encodeText(text))
    this.at = this.#allocate(text.length * UTF8_BYTES_PER_UNIT_MAX)
    this.destructor = this.#free
    return encodeTextInto(text, this.heap, this.at)
  }

  #putLong(bytes: Uint8Array): number {
    this.at = this.copyIn(bytes)
    this.destructor = this.#free
    return bytes.length
  }

  /** A copy in memory of SQLite's own, which SQLite or {@link free} must free. */
  copyIn(bytes: Uint8Array): number {
    const at = this.#allocate(bytes.length)
    this.heap.set(bytes, at)
    return at
  }

  /** Calls `use` with the text as a C string that lives as long as the call. */
  withCString<T>(text: string, use: (at: number, bytes: number) => T): T {
    const bytes = encodeText(`${text}\0`)
    const at = this.copyIn(bytes)
    try {
      return use(at, bytes.length - 1)
    } finally {
      this.free(at)
    }
  }

  /** Eight bytes for out-parameters. */
  get out(): number {
    return this.#arena + ARENA_BYTES
  }

  pointerAt(at: number): number {
    return this.#module.HEAP32[at >> 2] as number
  }

  free(at: number): void {
    this.#module._sqlite3_free(at)
  }

  close(): void {
    this.free(this.#arena)
  }

  #allocate(bytes: number): number {
    const at = this.#module._sqlite3_malloc(Math.max(bytes, 1))
    if (at === 0) throw new SqliteError('SQLITE_NOMEM', `out of memory: ${bytes} bytes`)
    return at
  }
}
