import type { LogEntry, ServerEvent } from '@savepoint/server'
import type { AppVersion, SimulatedApp } from '../app.ts'
import type { ObservedFrame } from '../checks/checker.ts'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import { identityOf } from '../identity-of.ts'
import { ClientNetwork } from '../network/client-network.ts'
import { Link } from '../network/link.ts'
import { ClientNode } from '../nodes/client-node.ts'
import { impersonate } from '../nodes/impostor.ts'
import type { RoomLedger } from '../nodes/room-ledger.ts'
import { RoomReader } from '../nodes/room-reader.ts'
import { ServerNode } from '../nodes/server-node.ts'
import { type Random, randomOf } from '../random.ts'
import { type ClientPlan, type Scenario, SERVER } from '../scenario/scenario.ts'
import { NodeClock } from '../time/node-clock.ts'
import { Process } from '../time/process.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import type { TraceEvent, TraceEventKind } from '../trace/trace-event.ts'
import type { Call, RoomView, WorldView } from '../view/world-view.ts'

interface WorldOptions {
  readonly app: SimulatedApp
  readonly scenario: Scenario
  /** A new, empty disk for a node. */
  readonly newDisk: (node: string, engine: SimulatedDisk['engine']) => SimulatedDisk
  readonly onEvent: (event: TraceEvent) => void
  /** Told of every frame when it is sent. */
  readonly onFrame: (frame: ObservedFrame) => void
}

/** After this long, a user whose client was turned away signs in again, in milliseconds. */
const SIGN_IN_MS = 5000

/** Everything there is: one server, its clients, the lines between them, and one time for all. */
export class World implements WorldView {
  readonly time = new VirtualTime()
  readonly clients = new Map<string, ClientNode>()
  readonly rooms = new Map<string, RoomView>()
  readonly calls = new Map<string, Call>()
  readonly server: ServerNode
  readonly serverDisk: SimulatedDisk
  readonly serverClock: NodeClock
  readonly random: Random
  /** Index of the app's version that the server runs. */
  serverVersion = 0
  readonly #options: WorldOptions
  #serverApp: AppVersion
  /** When the last end of each thing comes that lasts. */
  readonly #lastEnds = new Map<string, number>()
  #messages = 0
  readonly #ends = new Set<() => void>()

  constructor(options: WorldOptions) {
    this.#options = options
    const { app, scenario, newDisk } = options
    this.#serverApp = app
    this.random = randomOf(scenario.seed, 'world')
    this.serverClock = new NodeClock(this.time, scenario.server.clock)
    this.serverDisk = newDisk(SERVER, scenario.server.engine ?? 'better-sqlite3')
    this.server = new ServerNode({
      time: this.time,
      clock: this.serverClock,
      disk: this.serverDisk,
      plan: scenario.server,
      seed: scenario.seed,
      authOf: app.authOf,
      onEvent: (event) => this.#onServerEvent(event),
      onCommitted: (ledger, entries) => this.#onCommitted(ledger, entries),
      onKilled: (failpoint, { power, forMs }) => {
        this.emit(SERVER, { type: 'fault', fault: `kill-server ${failpoint}`, about: power ? 'power lost' : 'process killed', forMs })
        this.takeServerDown(power, forMs)
      },
      onHeldUp: (when) =>
        this.emit(SERVER, { type: 'fault', fault: 'slow-log met', about: `an append is held up ${when} it has happened` }),
    })
  }

  get now(): number {
    return this.time.now
  }

  emit(node: string, event: TraceEventKind): void {
    this.#options.onEvent({ at: this.now, node, ...event })
  }

  appOf(version: number): AppVersion {
    const { app } = this.#options
    return version === 0 ? app : (app.laterVersions?.[version - 1] as AppVersion)
  }

  startServer(): void {
    if (this.server.process !== null) return
    this.server.start(this.#serverApp)
    this.emit(SERVER, { type: 'up' })
  }

  /** The server runs another version of the app from its next start on. */
  deploy(version: number): void {
    this.serverVersion = version
    this.#serverApp = this.appOf(version)
  }

  /** The server's process ends, if there is one, and starts again after a while. */
  takeServerDown(power: boolean, forMs: number): void {
    this.#endServer(power)
    this.lastOf('server', forMs, () => this.startServer())
  }

  /** The server finishes what it has, or is ended after a while, and starts again then. */
  stopServer(forMs: number): void {
    const stopping = this.server.process
    if (stopping === null) return
    const end = () => {
      if (stopping.isAlive) this.#endServer(false)
    }
    void this.server.stop().then(end)
    this.later(forMs, end)
    this.lastOf('server', forMs, () => this.startServer())
  }

  /** A new client on a disk of its own, or on a copy of another's. */
  addClient(plan: ClientPlan, disk?: SimulatedDisk): ClientNode {
    const { app, scenario, newDisk, onFrame } = this.#options
    const { name, room, up, down } = plan
    const { seed } = scenario
    const network = new ClientNetwork({
      time: this.time,
      endpoint: this.server,
      links: (connection) => ({
        up: new Link(up, { seed, client: name, direction: 'up', connection }),
        down: new Link(down, { seed, client: name, direction: 'down', connection }),
      }),
      watch: {
        sent: (by, kind, bytes, about, frame) => {
          const message = ++this.#messages
          const [node, to] = by === 'client' ? [name, SERVER] : [SERVER, name]
          this.emit(node, { type: 'sent', message, to, kind, bytes, about })
          if (frame !== undefined) onFrame({ client: name, direction: by === 'client' ? 'up' : 'down', text: frame })
          return message
        },
        received: (by, message, kind) => {
          if (by === 'client') client.isTouched = true
          const [node, from] = by === 'client' ? [name, SERVER] : [SERVER, name]
          this.emit(node, { type: 'received', message, from, kind })
        },
        lost: (by, message, why) => this.emit(by === 'client' ? name : SERVER, { type: 'lost', message, why }),
        stalled: (how) => this.emit(name, { type: 'fault', fault: 'stall-requests met', about: how }),
      },
    })
    const client: ClientNode = new ClientNode({
      time: this.time,
      clock: new NodeClock(this.time, plan.clock),
      plan,
      disk: disk ?? newDisk(name, 'wa-sqlite'),
      network,
      seed,
      app: this.appOf(plan.version ?? 0),
      auth: app.authOf?.(name),
      emit: (event) => {
        if (event.type === 'settled') this.#settled(event)
        this.emit(name, event)
        // Its user signs in again, until who was there has gone.
        if (event.type === 'status' && client.isTurnedAway) this.time.after(SIGN_IN_MS, () => client.isTurnedAway && client.goOnline())
      },
      called: (call) => this.calls.set(call.id, call),
    })
    this.clients.set(name, client)
    this.#addRoom(room)
    client.open()
    return client
  }

  /**
   * A program of this client's user poses as another client. True if it did: the two are of different identities, and the room has a
   * mutation of the other's, since a clientID that was never used is nobody's.
   */
  impersonate({ name, network, clock, room, app, auth }: ClientNode, whom: string): boolean {
    const other = this.clients.get(whom)
    if (other === undefined || !other.isUp || other.room !== room || identityOf(auth) === identityOf(other.auth)) return false
    const { clientID, position: base } = other
    if (!this.server.ledger(room).entries.some((entry) => entry.clientID === clientID)) return false
    impersonate({ network, process: new Process(this.time, clock), room, token: name, clientID, schema: app.schema, base })
    return true
  }

  /** Something that ends after a while, and at the latest when all faults do. */
  later(ms: number, end: () => void): void {
    const once = () => {
      if (this.#ends.delete(once)) end()
    }
    this.#ends.add(once)
    this.time.after(ms, once)
  }

  /** As {@link later}, but of ends of the same thing that overlap, the last counts. */
  lastOf(thing: string, ms: number, end: () => void): void {
    const at = this.now + ms
    this.#lastEnds.set(thing, Math.max(at, this.#lastEnds.get(thing) ?? 0))
    this.later(ms, () => {
      if (this.#lastEnds.get(thing) === at) end()
    })
  }

  /** All faults end. */
  calm(): void {
    for (const end of [...this.#ends]) end()
    this.server.failpoints.disarm()
    this.server.mendLog()
    this.serverDisk.mend()
    this.#updateAll()
    this.startServer()
    for (const client of this.clients.values()) {
      client.disk.mend()
      client.killAfter(Number.POSITIVE_INFINITY, false, () => {})
      client.open()
      if (client.isOffline) client.goOnline()
    }
    this.emit(SERVER, { type: 'calm' })
  }

  /** All run the newest version that any of them was given, for others would wait for ever. */
  #updateAll(): void {
    const newest = Math.max(this.serverVersion, ...[...this.clients.values()].map(({ version }) => version))
    const app = this.appOf(newest)
    if (this.serverVersion < newest) {
      this.emit(SERVER, {
        type: 'fault',
        fault: 'deploy',
        about: `version ${newest} of the app, with new rooms, for the clients that have it`,
      })
      this.takeServerDown(false, 0)
      this.server.forget()
      this.deploy(newest)
    }
    for (const client of this.clients.values()) {
      if (client.version === newest) continue
      client.close()
      client.update(newest, app)
    }
  }

  /** True if nothing is left to do: everyone has everything. */
  get isAtRest(): boolean {
    for (const client of this.clients.values()) {
      if (!client.isUp) return false
      if (client.connection === 'refused' && !client.isOutdated && !client.isTurnedAway) continue
      if (client.connection !== 'live' || client.pendingCount > 0) return false
      // A line that has died unnoticed may leave a client in an incarnation that is gone.
      const { epoch, version } = this.server.ledger(client.room)
      if (client.position?.version !== version || client.position.epoch !== epoch) return false
    }
    return true
  }

  dispose(): void {
    this.server.process?.end()
    this.serverDisk.dispose()
    for (const client of this.clients.values()) client.disk.dispose()
  }

  #endServer(power: boolean): void {
    if (this.server.process === null) return
    this.server.kill(power)
    this.emit(SERVER, { type: 'down', why: power ? 'power lost' : 'killed' })
    for (const { network } of this.clients.values()) {
      if (power) network.silence()
      else network.serverGone()
    }
  }

  #settled({ id, outcome }: Extract<TraceEventKind, { type: 'settled' }>): void {
    const call = this.calls.get(id)
    if (call !== undefined) call.settled = { ok: outcome.ok, outcome, at: this.now }
  }

  #addRoom(room: string): void {
    if (this.rooms.has(room)) return
    const { server, serverDisk: disk } = this
    this.rooms.set(room, new RoomReader({ ledger: server.ledger(room), disk, server, app: () => this.#serverApp }))
  }

  #onServerEvent(event: ServerEvent): void {
    if (event.event === 'client-cut')
      this.emit(SERVER, {
        type: 'fault',
        fault: 'client-cut',
        about: `${event.bufferedBytes} bytes waited for one client of ${event.room}`,
      })
    else if ('error' in event) this.emit(SERVER, { type: 'failed', error: String(event.error) })
  }

  #onCommitted(ledger: RoomLedger, entries: readonly LogEntry[]): void {
    const [first, last] = [entries[0], entries.at(-1)]
    if (first === undefined || last === undefined) return
    const mutations = entries.map(({ version, clientID, mutationID, seed: id, name, outcome }) => ({
      version,
      clientID,
      mutationID,
      id,
      name,
      ok: (JSON.parse(outcome) as { ok: boolean }).ok,
    }))
    this.emit(SERVER, {
      type: 'committed',
      room: ledger.name,
      epoch: ledger.epoch,
      from: first.version - 1,
      to: last.version,
      mutations,
    })
  }
}
