import type { MutationRecord } from '@savepoint/client'
import { Replica } from '@savepoint/client'
import { decodeData, decodePatch, encodeData, encodePatch, type Outcome, type Patch } from '@savepoint/core'
import type { LogEntry } from '@savepoint/server'
import { type Digest, type Driver, patchOf, SyncedDatabase } from '@savepoint/sqlite'
import { openBetterSqlite3 } from '@savepoint/sqlite/better-sqlite3'
import type { AppVersion } from '../app.ts'
import { mutatorsOfServer } from '../model/mutators-of-server.ts'
import type { TraceEvent } from '../trace/trace-event.ts'
import type { Call, ClientView, RoomView, WorldView } from '../view/world-view.ts'
import type { Checker } from './checker.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type EventKind = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, 'at' | 'node'> : never) : never

/** A room without its server: the engine's database, and a log. */
export class TinyRoom implements RoomView {
  readonly name: string
  readonly app: AppVersion
  isUp = true
  epoch = 'e1'
  log: LogEntry[] = []
  readonly database: SyncedDatabase
  floor = 0
  digest: Digest

  constructor(name: string, app: AppVersion) {
    this.name = name
    this.app = app
    this.database = SyncedDatabase.open(openBetterSqlite3(':memory:'), app.schema, mutatorsOfServer(app))
    this.digest = this.database.scanDigest()
  }

  get version(): number {
    return this.log.length
  }

  query(sql: string): { [column: string]: unknown }[] {
    return this.database.query(sql)
  }
}

interface Pending {
  readonly mutationID: number
  readonly name: string
  readonly args: string
  readonly createdAt: number
  readonly seed: string
}

/** A client without its connection: the engine's replica, and a queue. */
class TinyClient implements ClientView {
  readonly name: string
  readonly room: string
  readonly app: AppVersion
  readonly auth: unknown
  #asked = 0
  storage: 'disk' | 'memory' = 'disk'
  isUp = true
  clientID: string
  connection = 'live'
  replica: Replica
  pending: Pending[] = []
  records: MutationRecord[] = []
  pushed = 0

  constructor(name: string, room: TinyRoom, app: AppVersion, auth: unknown) {
    this.name = name
    this.room = room.name
    this.app = app
    this.auth = auth
    this.clientID = `id-of-${name}`
    this.replica = this.#open(room)
  }

  get position(): ClientView['position'] {
    return this.replica.position
  }

  get digest(): string {
    return this.replica.digest
  }

  get pendingCount(): number {
    return this.pending.length
  }

  /** Each test may have changed anything. */
  get changes(): number {
    return ++this.#asked
  }

  get driver(): Driver {
    return this.replica.database.driver
  }

  async query(sql: string): Promise<{ [column: string]: unknown }[]> {
    return this.replica.database.query(sql)
  }

  /** Set to show something else than there is. */
  hung: readonly { [column: string]: unknown }[] | undefined

  shown(sql: string): readonly { [column: string]: unknown }[] {
    return this.hung ?? this.replica.database.query(sql)
  }

  mutations(): readonly MutationRecord[] {
    return [
      ...this.records,
      ...this.pending.map(({ seed, name, args, createdAt }) => ({
        id: seed,
        name,
        args: decodeData(args),
        createdAt,
        status: 'pending' as const,
      })),
    ]
  }

  #open({ epoch, version, digest, database }: TinyRoom): Replica {
    const bytes = database.driver.serialize()
    const own = SyncedDatabase.open(openBetterSqlite3(':memory:', { bytes }), this.app.schema, this.app.mutators)
    return new Replica(own, { clientID: this.clientID, auth: this.auth, start: { position: { epoch, version }, digest: digest.copy() } })
  }
}

/** A world moved by hand, on the engine's own databases, so that a test can break one thing in it. */
export class TinyWorld implements WorldView {
  now = 0
  readonly clients = new Map<string, TinyClient>()
  readonly rooms = new Map<string, TinyRoom>()
  readonly calls = new Map<string, Writable<Call>>()
  readonly #checkers: readonly Checker[]

  constructor(app: AppVersion, checkers: readonly Checker[], plan: { readonly [client: string]: string } = { ann: 'room', bob: 'room' }) {
    this.#checkers = checkers
    for (const [name, room] of Object.entries(plan)) {
      if (!this.rooms.has(room)) this.rooms.set(room, new TinyRoom(room, app))
      this.clients.set(name, new TinyClient(name, this.room(room), app, { identity: name }))
    }
  }

  room(name = 'room'): TinyRoom {
    return this.rooms.get(name) as TinyRoom
  }

  client(name: string): TinyClient {
    return this.clients.get(name) as TinyClient
  }

  async emit(node: string, event: EventKind): Promise<void> {
    for (const checker of this.#checkers) await checker.observe?.({ at: this.now, node, ...event } as TraceEvent, this)
  }

  async step(client: TinyClient): Promise<void> {
    this.now++
    for (const checker of this.#checkers) await checker.afterStep?.(client, this)
  }

  async rest(): Promise<void> {
    for (const checker of this.#checkers) await checker.atRest?.(this)
  }

  async call(name: string, mutator: string, args?: unknown): Promise<string> {
    const client = this.client(name)
    const seed = `seed-${this.calls.size + 1}-of-${name}`
    const last = Math.max(client.replica.lastMutationID, client.pending.at(-1)?.mutationID ?? 0)
    const pending = { mutationID: last + 1, name: mutator, args: encodeData(args), createdAt: 1_700_000_000_000 + this.now, seed }
    const result = client.replica.predict(pending)
    const { createdAt } = pending
    this.calls.set(seed, { id: seed, client: name, name: mutator, args: pending.args, createdAt, isDurable: true, isCancelled: false })
    if (result.ok) client.pending.push(pending)
    await this.emit(name, {
      type: 'called',
      id: seed,
      name: mutator,
      args: pending.args,
      mutationID: result.ok ? pending.mutationID : null,
    })
    await this.emit(name, { type: 'durable', id: seed })
    await this.step(client)
    return seed
  }

  /** The room runs what these clients have pending, as one batch. */
  async commit(...names: string[]): Promise<void> {
    const room = this.room(this.client(names[0] as string).room)
    const from = room.version
    room.database.driver.exec('BEGIN')
    for (const name of names) {
      const client = this.client(name)
      for (const pending of client.pending.slice(client.pushed)) this.#run(room, client, pending)
      client.pushed = client.pending.length
    }
    room.database.driver.exec('COMMIT')
    const last = room.log.at(-1)
    if (last !== undefined) room.log[room.log.length - 1] = { ...last, digest: room.digest.toString() }
    await this.emit('server', { type: 'committed', room: room.name, epoch: room.epoch, from, to: room.version, mutations: [] })
  }

  /** A client hears of all that the room has committed. */
  async deliver(...names: string[]): Promise<void> {
    for (const name of names) await this.#deliver(this.client(name))
  }

  #run(room: TinyRoom, client: TinyClient, { mutationID, name, args, createdAt, seed }: Pending): void {
    const { clientID, auth } = client
    const result = room.database.run({
      ...{ clientID, mutationID, name, args, seed, now: createdAt },
      ...{ location: 'server', reason: 'authoritative', auth },
    })
    if (result.ok) for (const change of result.changes) room.digest.change(change)
    const outcome: Outcome = result.ok ? { ok: true, value: result.value } : { ok: false, ...result.failure }
    room.log.push({
      ...{ version: room.version + 1, clientID, mutationID, seed, name, args, author: client.name, at: createdAt, digest: '' },
      changes: JSON.stringify(encodePatch(result.ok ? patchOf(result.changes) : [])),
      outcome: JSON.stringify(outcome),
      previous: room.log.findLast((entry) => entry.clientID === clientID)?.version ?? 0,
    })
  }

  async #deliver(client: TinyClient): Promise<void> {
    const room = this.room(client.room)
    const from = client.position?.version ?? 0
    const entries = room.log.slice(from)
    const settled = client.pending.filter(({ seed }) => entries.some((entry) => entry.seed === seed))
    client.pending = client.pending.slice(settled.length)
    client.pushed -= settled.length
    const lastMutationID = settled.at(-1)?.mutationID ?? client.replica.lastMutationID
    const rebase = client.replica.advance({
      patch: merged(entries, room),
      position: { epoch: room.epoch, version: room.version },
      digest: room.digest.toString(),
      ...{ clientID: client.clientID, lastMutationID, remaining: client.pending },
    })
    const { rebased, undone } = rebase
    await this.emit(client.name, { type: 'advanced', from, to: room.version, rebased, undone, replayed: [], lastMutationID })
    for (const { seed, name, mutationID, args, createdAt } of settled) {
      const outcome = JSON.parse(entries.find((entry) => entry.seed === seed)?.outcome ?? '') as Outcome
      client.records.push({ id: seed, name, args: decodeData(args), createdAt, status: outcome.ok ? 'confirmed' : 'rejected' })
      const call = this.calls.get(seed)
      if (call !== undefined) call.settled = { ok: outcome.ok, outcome, at: this.now }
      await this.emit(client.name, { type: 'settled', id: seed, mutationID, name, outcome })
    }
    await this.step(client)
  }
}

/** The net changes of entries, the last of a row counting. */
function merged(entries: readonly LogEntry[], room: TinyRoom): Patch {
  const keys = new Map([...room.database.tables.map(({ name, pk }) => [name, pk] as const), ['sqlite_sequence', [0]] as const])
  const tables = new Map<string, Map<string, { put?: readonly never[]; gone?: readonly never[] }>>()
  for (const { changes } of entries) {
    for (const { table, puts, deletes } of decodePatch(JSON.parse(changes))) {
      const rows = tables.get(table) ?? new Map()
      tables.set(table, rows)
      for (const put of puts)
        rows.set(JSON.stringify(encodePatch([{ table, puts: [(keys.get(table) ?? []).map((i) => put[i] as never)], deletes: [] }])), {
          put,
        })
      for (const gone of deletes) rows.set(JSON.stringify(encodePatch([{ table, puts: [gone], deletes: [] }])), { gone })
    }
  }
  return [...tables].map(([table, rows]) => ({
    table,
    puts: [...rows.values()].flatMap(({ put }) => (put === undefined ? [] : [put])),
    deletes: [...rows.values()].flatMap(({ gone }) => (gone === undefined ? [] : [gone])),
  }))
}
