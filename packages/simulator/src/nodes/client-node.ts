import type { Client, MutationRecord } from '@savepoint/client'
import type { AppVersion } from '../app.ts'
import { ProcessKilled, type SimulatedDisk } from '../disk/simulated-disk.ts'
import type { ClientNetwork } from '../network/client-network.ts'
import { type Random, randomOf } from '../random.ts'
import type { ClientPlan } from '../scenario/scenario.ts'
import type { NodeClock } from '../time/node-clock.ts'
import { Process } from '../time/process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { TraceEventKind } from '../trace/trace-event.ts'
import type { Call, ClientView } from '../view/world-view.ts'
import { ClientApp } from './client-app.ts'

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

/** A client's device: its storage, its network, and the app as the process that runs there now. */
export class ClientNode implements ClientView {
  readonly #options: ClientNodeOptions
  readonly #random: Random
  #appVersion: AppVersion
  #process: Process | null = null
  #app: ClientApp | null = null
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
    this.#appVersion = options.app
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
    return this.#appVersion
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
    return this.#app !== null
  }
  get isOffline(): boolean {
    return this.#isOffline
  }
  /** The server has refused it, since it is of another version of the app. */
  get isOutdated(): boolean {
    return this.#app?.client.status.refusal?.code === 'schema-mismatch'
  }
  /** The server has refused it, since another goes under its clientID: one that posed as it where it was not known any more. */
  get isTurnedAway(): boolean {
    return this.#app?.client.status.refusal?.code === 'unauthorized'
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
    return this.#unseen(() => this.#runningApp.shown(sql))
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
        this.#app = this.#start(process)
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
      emit({ type: 'up', clientID: this.clientID, room: plan.room })
      if (!this.#isOffline) this.#running.start()
    })
  }

  /** The app is closed as it should be. */
  close(): void {
    const app = this.#app
    if (app === null) return this.kill(false)
    this.#process?.run(() => void app.client.close())
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
    this.#appVersion = app
  }

  goOffline(): void {
    this.#isOffline = true
    this.#act(({ client }) => client.stop())
  }

  goOnline(): void {
    this.#isOffline = false
    this.#act(({ client }) => client.start())
  }

  /** Calls a mutator, as the app's user does. */
  mutate(name: string, args: string): void {
    this.#act((app) => app.mutate(name, args))
  }

  /** Takes back the newest call that can still be taken back. */
  cancel(): void {
    this.#act((app) => app.cancel())
  }

  /** Reads what the app shows, for a generator of arguments. */
  read(sql: string, params: readonly unknown[]): { [column: string]: unknown }[] {
    return this.#unseen(() => [...this.#running.live(sql, params as never).rows]) as { [column: string]: unknown }[]
  }

  #start(process: Process): ClientApp {
    const { clock, disk, network, plan, auth, emit, called } = this.#options
    const touched = () => {
      this.isTouched = true
    }
    return new ClientApp({
      process,
      clock,
      plan,
      disk,
      network,
      random: this.#random,
      app: this.#appVersion,
      auth,
      emit,
      called,
      touched,
    })
  }

  get #runningApp(): ClientApp {
    if (this.#app === null) throw new Error(`"${this.name}" is not running.`)
    return this.#app
  }

  get #running(): Client {
    return this.#runningApp.client
  }

  #act(work: (app: ClientApp) => void): void {
    const [app, process] = [this.#app, this.#process]
    if (app === null || process === null) return
    this.isTouched = true
    process.run(() => work(app))
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
    this.#app = null
    this.#callsLeft = Number.POSITIVE_INFINITY
    disk.crash(power)
    if (plan.storage === 'memory') for (const path of disk.list()) disk.remove(path)
    if (power) network.silence()
    else network.clientGone()
  }
}
