import { Client, type ClientEventReport, type MutationHandle, type MutationRecord, type Transport, webTransport } from '@savepoint/client'
import { decodeData } from '@savepoint/core'
import type { AppVersion } from '../app.ts'
import { clientStorage } from '../disk/client-storage.ts'
import { ProcessKilled, type SimulatedDisk } from '../disk/simulated-disk.ts'
import type { ClientNetwork } from '../network/client-network.ts'
import { SERVER_URL, simulatedWeb } from '../network/simulated-web.ts'
import { type Random, randomOf } from '../random.ts'
import type { ClientPlan } from '../scenario/scenario.ts'
import { type NodeClock, Process } from '../time/process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { TraceEventKind } from '../trace/trace-event.ts'
import type { Call, ClientView } from '../view/world-view.ts'

/** After this long, an app whose storage did not open is started again by its user, in milliseconds. */
const REOPEN_MS = 3000

interface ClientNodeOptions {
  readonly time: VirtualTime
  readonly clock: NodeClock
  readonly plan: ClientPlan
  readonly disk: SimulatedDisk
  readonly network: ClientNetwork
  readonly seed: string
  readonly app: AppVersion
  readonly auth: unknown
  readonly emit: (event: TraceEventKind) => void
  /** It was called, and what is known of the call. */
  readonly called: (call: Call) => void
}

/** A client's device: its storage, its network, and the production client as the process that runs there now. */
export class ClientNode implements ClientView {
  readonly #options: ClientNodeOptions
  readonly #random: Random
  #app: AppVersion
  #process: Process | null = null
  #client: Client | null = null
  #handles: { readonly call: Call; readonly handle: MutationHandle<unknown> }[] = []
  /** What its open live queries have told last. */
  #shown = new Map<string, { rows: readonly { [column: string]: unknown }[] }>()
  #calledID: number | null = null
  #isOffline = false
  #isWatched = true
  /** Calls of its storage until it is killed. */
  #callsLeft = Number.POSITIVE_INFINITY
  #killed = () => {}
  /** Index of the app's version that it runs. */
  version: number
  /** True if something has happened to it since it was last looked at. */
  isTouched = false

  constructor(options: ClientNodeOptions) {
    this.#options = options
    this.#app = options.app
    this.version = options.plan.version ?? 0
    this.#random = randomOf(options.seed, `client ${options.plan.name}`)
  }

  get plan(): ClientPlan {
    return this.#options.plan
  }
  get name(): string {
    return this.#options.plan.name
  }
  get room(): string {
    return this.#options.plan.room
  }
  get app(): AppVersion {
    return this.#app
  }
  get auth(): unknown {
    return this.#options.auth
  }
  get storage(): 'disk' | 'memory' {
    return this.#options.plan.storage ?? 'disk'
  }
  get disk(): SimulatedDisk {
    return this.#options.disk
  }
  get network(): ClientNetwork {
    return this.#options.network
  }
  get clock(): NodeClock {
    return this.#options.clock
  }
  get isUp(): boolean {
    return this.#client !== null
  }
  get isOffline(): boolean {
    return this.#isOffline
  }
  /** The server has refused it, since it is of another version of the app. */
  get isOutdated(): boolean {
    return this.#client?.status.refusal?.code === 'schema-mismatch'
  }
  get clientID(): string {
    return this.#running.clientID
  }
  get connection(): string {
    return this.#running.status.connection
  }
  get position(): ClientView['position'] {
    return this.#running.position
  }
  get digest(): string {
    return this.#running.digest
  }
  get pendingCount(): number {
    return this.#running.status.pending
  }

  get changes(): number {
    return this.disk.changes
  }

  async query(sql: string): Promise<{ [column: string]: unknown }[]> {
    return await this.#unseen(() => this.#running.query(sql))
  }

  shown(sql: string): readonly { [column: string]: unknown }[] {
    const shown = this.#shown.get(sql) ?? this.#unseen(() => this.#show(sql))
    this.#shown.set(sql, shown)
    return shown.rows
  }

  mutations(): readonly MutationRecord[] {
    return this.#unseen(() => this.#running.mutations())
  }

  /** The app is started on what its storage holds. */
  open(): void {
    if (this.#process !== null) return
    const { time, clock, disk, plan, emit } = this.#options
    const process = new Process(time, clock)
    this.#process = process
    disk.watch = { before: () => this.#counted(), after: () => this.#counted() }
    process.run(() => {
      try {
        this.#client = this.#start(process)
      } catch (error) {
        if (!process.isAlive) throw error
        emit({ type: 'failed', error: String(error) })
        process.after(REOPEN_MS, () => {
          this.kill(false)
          this.open()
        })
        return
      }
      this.isTouched = true
      emit({ type: 'up', clientID: this.#client.clientID, room: plan.room })
      if (!this.#isOffline) this.#client.start()
    })
  }

  /** The app is closed as it should be. */
  close(): void {
    const client = this.#client
    if (client === null) return this.kill(false)
    this.#process?.run(() => void client.close())
    this.#options.emit({ type: 'down', why: 'closed' })
    this.#end(false)
  }

  /** It ends as it stands. */
  kill(power: boolean): void {
    if (this.#process === null) return
    this.#options.emit({ type: 'down', why: power ? 'power lost' : 'killed' })
    this.#end(power)
  }

  /** It ends at the nth call of its storage from now, and tells. */
  killAfter(calls: number, power: boolean, killed: () => void): void {
    this.#callsLeft = calls
    this.#killed = () => {
      this.kill(power)
      killed()
    }
  }

  /** Another version of the app runs from the next start on. */
  update(version: number, app: AppVersion): void {
    this.version = version
    this.#app = app
  }

  goOffline(): void {
    this.#isOffline = true
    this.#act((client) => client.stop())
  }

  goOnline(): void {
    this.#isOffline = false
    this.#act((client) => client.start())
  }

  /** Calls a mutator, as the app's user does. */
  mutate(name: string, args: string): void {
    this.#act((client, process) => {
      const { emit, called } = this.#options
      this.#calledID = null
      const createdAt = Math.max(0, Math.floor(this.clock.now))
      const handle = (client.mutate as { [name: string]: (args: unknown) => MutationHandle<unknown> })[name]?.(decodeData(args))
      if (handle === undefined) throw new Error(`"${this.name}" runs a version of the app that has no mutator "${name}".`)
      const { id, local } = handle
      emit({ type: 'called', id, name, args, mutationID: this.#calledID, ...(!local.ok && { failure: local.message }) })
      if (!local.ok) return
      const call: Call = { id, client: this.name, name, args, createdAt, isDurable: false, isCancelled: false }
      called(call)
      this.#handles.push({ call, handle })
      handle.durable.then(
        () => process.run(() => this.#saved(call)),
        () => {},
      )
    })
  }

  /** Takes back the newest call that can still be taken back. */
  cancel(): void {
    this.#act(() => {
      const last = this.#handles.findLast(({ call, handle }) => !call.isCancelled && call.settled === undefined && handle.cancel())
      if (last === undefined) return
      last.call.isCancelled = true
      this.#options.emit({ type: 'cancelled', id: last.call.id })
    })
  }

  /** Reads what the app shows, for a generator of arguments. */
  read(sql: string, params: readonly unknown[]): { [column: string]: unknown }[] {
    return this.#unseen(() => [...this.#running.live(sql, params as never).rows]) as { [column: string]: unknown }[]
  }

  #show(sql: string): { rows: readonly { [column: string]: unknown }[] } {
    const live = this.#running.live<{ [column: string]: unknown }>(sql)
    const shown = { rows: live.rows }
    live.subscribe(() => {
      shown.rows = live.rows
    })
    return shown
  }

  get #running(): Client {
    if (this.#client === null) throw new Error(`"${this.name}" is not running.`)
    return this.#client
  }

  #start(process: Process): Client {
    const { clock, disk, auth } = this.#options
    const { schema, mutators } = this.#app
    const client = new Client({
      schema,
      mutators,
      auth,
      storage: clientStorage(disk),
      transport: this.#transport(process),
      scheduler: {
        now: () => clock.now,
        after: (ms, run) =>
          process.after(ms, () => {
            this.isTouched = true
            run()
          }),
        soon: (run) =>
          void process.after(0, () => {
            this.isTouched = true
            run()
          }),
        random: () => this.#random.next(),
        id: () => this.#random.id(),
      },
      onEvent: (event) => process.isAlive && this.#tell(event),
    })
    client.onStatus(() => {
      if (!process.isAlive) return
      const { connection, version, pending } = client.status
      this.#options.emit({ type: 'status', connection, version, pending })
    })
    return client
  }

  #transport(process: Process): Transport {
    const { network, plan } = this.#options
    return webTransport({ url: SERVER_URL, room: plan.room, ...simulatedWeb(network, process), token: () => plan.name })
  }

  #tell(event: ClientEventReport): void {
    this.isTouched = true
    const { emit } = this.#options
    switch (event.type) {
      case 'mutated':
        this.#calledID = event.mutationID
        return
      case 'pushed':
        return
      case 'failed':
        return emit({ type: 'failed', error: String(event.error) })
      case 'advanced':
        return emit({
          ...event,
          replayed: event.replayed.map(({ mutationID, name, withdrawn }) => ({
            mutationID,
            name,
            ...(withdrawn && { withdrawn: withdrawn.message }),
          })),
        })
      default:
        return emit(event)
    }
  }

  #saved(call: Call): void {
    call.isDurable = true
    this.#options.emit({ type: 'durable', id: call.id })
  }

  #act(work: (client: Client, process: Process) => void): void {
    const [client, process] = [this.#client, this.#process]
    if (client === null || process === null) return
    this.isTouched = true
    process.run(() => work(client, process))
  }

  /** Reads that are the simulation's own are no steps of the client at which it could be killed. */
  #unseen<T>(read: () => T): T {
    this.#isWatched = false
    try {
      return read()
    } finally {
      this.#isWatched = true
    }
  }

  #counted(): void {
    if (!this.#isWatched || --this.#callsLeft > 0) return
    this.#callsLeft = Number.POSITIVE_INFINITY
    this.#killed()
    throw new ProcessKilled()
  }

  #end(power: boolean): void {
    const { disk, network, plan } = this.#options
    this.#process?.end()
    this.#process = null
    this.#client = null
    this.#handles = []
    this.#shown = new Map()
    this.#callsLeft = Number.POSITIVE_INFINITY
    disk.crash(power)
    if (plan.storage === 'memory') for (const path of disk.list()) disk.remove(path)
    if (power) network.silence()
    else network.clientGone()
  }
}
