import { findServer } from '../shell/server.ts'
import { LabClient } from './client/lab-client.ts'
import { loadSqlite } from './client/load-sqlite.ts'
import { happen, isScenarioOver } from './model/happen.ts'
import type { Happening } from './model/happening.ts'
import { EMPTY_LAB, type LabState } from './model/lab-state.ts'
import { CATEGORY, THREE_CLIENTS, THREE_CLIENTS_CALLS } from './three-clients.ts'
import { browserTime } from './time/browser-time.ts'
import { LabClock } from './time/lab-clock.ts'

/** More columns than that cannot be told apart on a screen. */
export const CLIENTS_MAX = 5

/** One way. */
export const LATENCY_MS_MAX = 3000

/** The clients of one room, the time that they live in, and what is known of them all. */
export class Laboratory {
  readonly clock = new LabClock(browserTime)
  readonly #room: string
  readonly #startedAt = Date.now()
  readonly #clients = new Map<number, LabClient>()
  readonly #listeners = new Set<() => void>()
  #state: LabState = EMPTY_LAB
  #lastMessage = 0
  #callsLeft = 0
  /** The story's times are counted from here. */
  #storyStartedAt = 0
  #isClosed = false

  constructor(room: string) {
    this.#room = room
  }

  /** The same object until something happens. */
  get state(): LabState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens the room's watcher and the first three clients. Rejects if the engine cannot be loaded. */
  async open(): Promise<void> {
    await loadSqlite()
    await this.#add(0, 0)
    for (const { id, latencyMs } of THREE_CLIENTS) await this.#add(id, latencyMs)
  }

  async addClient(): Promise<void> {
    if (this.#state.clients.length >= CLIENTS_MAX) return
    const taken = new Set(this.#state.clients.map(({ id }) => id))
    for (let id = 1; id <= CLIENTS_MAX; id++) if (!taken.has(id)) return this.#add(id, 300)
  }

  removeClient(id: number): void {
    const client = this.#clients.get(id)
    this.#clients.delete(id)
    void client?.close()
    this.#tell({ type: 'left', client: id })
  }

  setLatency(id: number, latencyMs: number): void {
    const client = this.#clients.get(id)
    if (client === undefined) return
    client.latencyMs = latencyMs
    this.#tell({ type: 'latency', client: id, latencyMs })
  }

  setOnline(id: number, isOnline: boolean): void {
    this.#clients.get(id)?.setOnline(isOnline)
  }

  kill(id: number): void {
    this.#clients.get(id)?.kill()
  }

  reopen(id: number): void {
    this.#clients.get(id)?.reopen()
  }

  add(id: number, name: string, incrementBy: number): void {
    this.#clients.get(id)?.add(name, incrementBy)
  }

  /** True if the scenario would come to what it says: the room has no rows yet. */
  get isFresh(): boolean {
    return this.#state.server.version === 0 && this.#state.clients.every(({ view }) => view.pending.length === 0)
  }

  /** Starts the three clients' scenario, with lines as it says, once all are connected. */
  async runScenario(): Promise<void> {
    for (const { id, latencyMs } of THREE_CLIENTS) {
      const client = this.#clients.get(id)
      if (client === undefined) await this.#add(id, latencyMs)
      else {
        if (!client.isOnline) client.setOnline(true)
        client.reopen()
      }
      this.setLatency(id, latencyMs)
    }
    await this.#allLive()
    this.#callsLeft = THREE_CLIENTS_CALLS.length
    this.#storyStartedAt = this.clock.now()
    this.#tell({ type: 'scenario', scenario: 'running' })
    for (const { at, client, incrementBy } of THREE_CLIENTS_CALLS) {
      this.clock.after(
        at,
        () => {
          this.#callsLeft--
          this.add(client, CATEGORY, incrementBy)
        },
        true,
      )
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.clock.close()
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
  }

  async #add(id: number, latencyMs: number): Promise<void> {
    const [module, server] = await Promise.all([loadSqlite(), findServer()])
    if (this.#isClosed || this.#clients.has(id)) return
    if (id > 0) this.#tell({ type: 'joined', client: id, name: `client${id}`, latencyMs })
    const client = new LabClient({
      id,
      room: this.#room,
      server,
      module,
      clock: this.clock,
      startedAt: this.#startedAt,
      tell: (happening) => this.#tell(happening),
      nextMessage: () => ++this.#lastMessage,
    })
    client.latencyMs = latencyMs
    this.#clients.set(id, client)
  }

  #allLive(): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (![...this.#clients.values()].every((client) => client.isLive)) return
        end()
        resolve()
      }
      const end = this.subscribe(check)
      check()
    })
  }

  #tell(told: Happening): void {
    if (this.#isClosed) return
    const happening = asServers(told)
    if (happening === null) return
    const at = this.clock.now() - this.#storyStartedAt
    this.#state = happen(this.#state, happening, at)
    if (isScenarioOver(this.#state, this.#callsLeft > 0)) this.#state = happen(this.#state, { type: 'scenario', scenario: 'done' }, at)
    for (const listener of [...this.#listeners]) listener()
  }
}

/** What the watcher sees is drawn as the server's; its own messages are not drawn. */
function asServers(told: Happening): Happening | null {
  if (!('client' in told) || told.client !== 0) return told.type === 'sent' && told.message.client === 0 ? null : told
  if (told.type !== 'viewed' && told.type !== 'advanced') return null
  const { version, digest, rows } = told.view
  return { type: 'server', version, digest, rows }
}
