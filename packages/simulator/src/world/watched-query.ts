import { encodeData } from '@savepoint/core'
import { SERVER } from '../scenario/scenario.ts'
import type { TraceEventKind } from '../trace/trace-event.ts'
import type { ClientView, RoomView } from '../view/world-view.ts'

type Row = { readonly [column: string]: unknown }

/** Before anything is there to be seen. */
const NO_ROWS = encodeData([])

/** Tells what a query gives, on clients and in rooms, whenever that has changed there. It changes nothing in the run. */
export class WatchedQuery {
  readonly #sql: string
  readonly #emit: (node: string, event: TraceEventKind) => void
  readonly #told = new Map<string, string>()
  /** Of rooms, when they were last looked at. */
  readonly #versions = new Map<string, string>()

  constructor(sql: string, emit: (node: string, event: TraceEventKind) => void) {
    this.#sql = sql
    this.#emit = emit
  }

  /** @throws (rejects) TypeError if the query cannot be run there */
  async lookAtClient(client: ClientView): Promise<void> {
    const rows = await client.query(this.#sql).catch((error: unknown) => this.#fail(client.name, error))
    this.#tell(client.name, client.room, rows)
  }

  /** @throws TypeError if the query cannot be run there */
  lookAtRoom(room: RoomView): void {
    const version = `${room.epoch} ${room.version}`
    if (this.#versions.get(room.name) === version) return
    this.#versions.set(room.name, version)
    let rows: Row[]
    try {
      rows = room.query(this.#sql)
    } catch (error) {
      this.#fail(`room ${room.name}`, error)
    }
    this.#tell(SERVER, room.name, rows)
  }

  #tell(node: string, room: string, rows: readonly Row[]): void {
    const place = `${node} ${room}`
    const text = encodeData(rows.map((row) => Object.values(row)))
    if (text === (this.#told.get(place) ?? NO_ROWS)) return
    this.#told.set(place, text)
    this.#emit(node, { type: 'shows', room, rows: text })
  }

  #fail(where: string, cause: unknown): never {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`The query to watch, ${this.#sql}, fails on ${where}: ${message}`, { cause })
  }
}
