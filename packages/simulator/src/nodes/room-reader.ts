import type { LogEntry } from '@savepoint/server'
import type { Driver, Statement } from '@savepoint/sqlite'
import type { AppVersion } from '../app.ts'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { Process } from '../time/process.ts'
import type { RoomView } from '../view/world-view.ts'
import type { RoomLedger } from './room-ledger.ts'
import { pathOf } from './server-node.ts'

interface RoomReaderOptions {
  readonly ledger: RoomLedger
  readonly disk: SimulatedDisk
  readonly server: { readonly process: Process | null }
  readonly app: () => AppVersion
}

/** A room as checkers see it: what its log was given, and its database, read beside the server's own connections. */
export class RoomReader implements RoomView {
  readonly #options: RoomReaderOptions
  readonly #statements = new Map<string, Statement>()
  #driver: Driver | null = null
  /** The server's process whose life the connection shares. */
  #process: Process | null = null

  constructor(options: RoomReaderOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.ledger.name
  }
  get app(): AppVersion {
    return this.#options.app()
  }
  get isUp(): boolean {
    return this.#options.server.process !== null && this.#options.ledger.isOpen
  }
  get epoch(): string {
    return this.#options.ledger.epoch
  }
  get version(): number {
    return this.#options.ledger.version
  }
  get log(): readonly LogEntry[] {
    return this.#options.ledger.entries
  }

  get floor(): number {
    return Number(this.query("SELECT value FROM _savepoint_meta WHERE key = 'floor'")[0]?.value ?? 0)
  }

  query(sql: string): { [column: string]: unknown }[] {
    return this.#statement(sql).all()
  }

  #statement(sql: string): Statement {
    const { disk, server } = this.#options
    if (this.#driver === null || this.#process !== server.process) {
      this.#driver = disk.open(pathOf(this.name), { readonly: true, isLook: true })
      this.#process = server.process
      this.#statements.clear()
    }
    const statement = this.#statements.get(sql) ?? this.#driver.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
