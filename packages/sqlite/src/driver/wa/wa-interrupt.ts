import { SqliteError } from '../sqlite-error.ts'
import type { WaConnection } from './wa-connection.ts'

/** Steps of SQLite's virtual machine between two looks: some 20 µs of work, beside which a look costs nothing. */
const LOOK_AFTER_STEPS = 1000
/** No flag set: the handler is not async. */
const SYNC = new Uint8Array(4)

/** Asks a function now and then, while a connection's statements run, whether to stop them. */
export class WaInterrupt {
  readonly #connection: WaConnection
  /** What SQLite hands back to the module's JavaScript, to find the handler by; made with the first use. */
  #key = 0

  constructor(connection: WaConnection) {
    this.#connection = connection
  }

  /** @throws SqliteError if this build of wa-sqlite has no way to do it. */
  watch(isOver: () => boolean): void {
    const { module, memory, db } = this.#connection
    const { _libprogress_progress_handler: install, setCallback } = module
    const look = () => (isOver() ? 1 : 0)
    if (install && setCallback) {
      if (this.#key === 0) this.#key = memory.copyIn(SYNC)
      setCallback(this.#key, look)
      install(db, LOOK_AFTER_STEPS, 1, this.#key)
    } else if (module.progressHandler) module.progressHandler(db, LOOK_AFTER_STEPS, look, 0)
    else throw new SqliteError('SQLITE_ERROR', 'This build of wa-sqlite has no way to interrupt a statement.')
  }

  end(): void {
    const { module, db } = this.#connection
    if (this.#key !== 0) module._libprogress_progress_handler?.(db, 0, 0, 0)
    else module.progressHandler?.(db, 0, undefined, 0)
  }

  close(): void {
    if (this.#key === 0) return
    this.#connection.module.deleteCallback?.(this.#key)
    this.#connection.memory.free(this.#key)
  }
}
