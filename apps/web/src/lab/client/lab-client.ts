import { Client, type ClientEventReport, type LiveQuery, type WebTransportOptions, webTransport } from '@savepoint/client'
import { openWaSqlite, type WaSqliteModule } from '@savepoint/sqlite/wa-sqlite'
import { mutators, schema } from '@savepoint-demo/mutators'
import { LabTransport } from '../line/lab-transport.ts'
import { ConfirmedRows } from '../model/confirmed-rows.ts'
import type { Happening } from '../model/happening.ts'
import type { Advance, Category, View } from '../model/lab-state.ts'
import { labelOf } from '../model/label-of.ts'
import type { FrameContent } from '../model/message.ts'
import type { LabClock } from '../time/lab-clock.ts'
import { KeptStorage } from './kept-storage.ts'
import { Process } from './process.ts'

const CATEGORIES = 'SELECT id, name, count FROM Categories ORDER BY id'

interface LabClientOptions {
  /** From 1; 0 is the one that watches the room for the server's part of the page. */
  readonly id: number
  readonly room: string
  readonly server: Pick<WebTransportOptions, 'url' | 'transport'>
  readonly module: WaSqliteModule
  readonly clock: LabClock
  readonly startedAt: number
  readonly tell: (happening: Happening) => void
  readonly nextMessage: () => number
}

type DemoClient = Client<(typeof mutators)['definitions']>

/** A real client on a line of the lab: with a replica, a queue and a socket of its own. */
export class LabClient {
  /** One way. It counts from the moment when the client is first live. */
  latencyMs = 0
  readonly id: number
  readonly #options: LabClientOptions
  readonly #storage: KeptStorage
  readonly #confirmed = new ConfirmedRows()
  readonly #transport: LabTransport
  #process: Process
  #client: DemoClient
  #live!: LiveQuery<Category>
  #hasBeenLive = false
  #isOnline = true
  #isViewDue = false
  #calling = ''
  /** Told with what the client shows then. */
  #advanced: Advance[] = []

  constructor(options: LabClientOptions) {
    const { id, room, module, clock } = options
    this.id = id
    this.#options = options
    this.#storage = new KeptStorage(module)
    const inner = webTransport({
      ...options.server,
      room,
      webSocket: WebSocket,
      fetch: fetch.bind(globalThis),
    })
    this.#transport = new LabTransport(inner, clock, () => (this.#hasBeenLive ? this.latencyMs : 0), {
      sent: (way, content, sentAt, arrivesAt) => {
        const message = { id: options.nextMessage(), client: id, way, content, sentAt, arrivesAt }
        options.tell({ type: 'sent', message })
        return () => options.tell({ type: 'arrived', id: message.id })
      },
      answered: (content) => this.#answered(content),
      poked: (to, patch) => this.#confirmed.hear(to, patch),
    })
    this.#process = this.#newProcess()
    this.#client = this.#open()
  }

  get isLive(): boolean {
    return this.#client.status.connection === 'live'
  }

  get isRunning(): boolean {
    return this.#process.isAlive
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  add(name: string, incrementBy: number): void {
    if (!this.isRunning) return
    const args = { name, incrementBy }
    this.#calling = labelOf('createCategoryOrIncrementIfExists', args)
    this.#client.mutate.createCategoryOrIncrementIfExists(args)
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    const { tell } = this.#options
    if (isOnline) this.#transport.mend()
    else this.#cut()
    tell({ type: 'online', client: this.id, isOnline })
    if (isOnline && this.isRunning) this.#client.start()
  }

  /** Ends the process in the middle of whatever it does. Its files stay. */
  kill(): void {
    if (!this.isRunning) return
    const kept = this.#client.status.pending
    this.#process.kill()
    this.#cut()
    this.#storage.crash()
    this.#options.tell({ type: 'killed', client: this.id, kept })
  }

  reopen(): void {
    if (this.isRunning) return
    if (this.#isOnline) this.#transport.mend()
    this.#process = this.#newProcess()
    this.#client = this.#open()
    this.#options.tell({ type: 'reopened', client: this.id, kept: this.#client.status.pending })
    this.#viewSoon()
  }

  async close(): Promise<void> {
    if (!this.isRunning) return
    const client = this.#client
    this.#process.kill()
    this.#transport.cut()
    await client.close()
  }

  #newProcess(): Process {
    return new Process(this.#options.clock, this.#options.startedAt)
  }

  #open(): DemoClient {
    const process = this.#process
    const { base } = this.#storage
    this.#confirmed.start(base === undefined ? [] : this.#readImage(base))
    const client: DemoClient = new Client({
      schema,
      mutators,
      storage: this.#storage,
      transport: {
        connect: (listener) =>
          this.#transport.connect({
            opened: () => process.isAlive && listener.opened(),
            received: (frame) => process.isAlive && listener.received(frame),
            closed: () => process.isAlive && listener.closed(),
          }),
        fetchSnapshot: async (signal, progress) => {
          const snapshot = await this.#transport.fetchSnapshot(signal, progress)
          this.#confirmed.start(this.#readImage(snapshot.bytes))
          return snapshot
        },
      },
      scheduler: process,
      onEvent: (event) => process.isAlive && this.#hear(event),
    })
    this.#live = client.live<Category>(CATEGORIES)
    const changed = () => process.isAlive && this.#viewSoon()
    this.#live.subscribe(changed)
    client.onStatus(changed)
    client.onMutations(changed)
    client.start()
    return client
  }

  #cut(): void {
    this.#transport.cut()
    this.#options.tell({ type: 'lost', client: this.id })
  }

  #hear(event: ClientEventReport): void {
    const { tell } = this.#options
    const client = this.id
    if (event.type === 'mutated') {
      tell({ type: 'called', client, id: event.id, mutationID: event.mutationID, label: this.#calling })
    } else if (event.type === 'advanced') {
      const { from, to, undone } = event
      this.#confirmed.advance(to)
      this.#advanced.push({ from, to, undone, replayed: event.replayed.map(({ mutationID }) => mutationID) })
      this.#viewSoon()
    } else if (event.type === 'settled' && !event.outcome.ok) {
      tell({ type: 'refused', client, mutationID: event.mutationID, message: event.outcome.message })
    }
  }

  #answered(content: FrameContent): void {
    if (content.kind !== 'poke' || content.outcomes.length === 0) return
    this.#options.tell({ type: 'decided', client: this.id, from: content.from, to: content.to, outcomes: content.outcomes })
  }

  /** Once for each turn: rows, status and queue change one after the other. */
  #viewSoon(): void {
    if (this.#isViewDue) return
    this.#isViewDue = true
    queueMicrotask(() => {
      this.#isViewDue = false
      if (!this.isRunning) return
      this.#hasBeenLive ||= this.isLive
      const { tell } = this.#options
      const view = this.#view()
      const advance = summed(this.#advanced)
      this.#advanced = []
      tell(advance === null ? { type: 'viewed', client: this.id, view } : { type: 'advanced', client: this.id, advance, view })
    })
  }

  #view(): View {
    const client = this.#client
    const pending = client.mutations().filter(({ status }) => status === 'pending')
    return {
      connection: client.status.connection,
      version: client.status.version,
      digest: client.digest,
      pending: pending.map(({ id, name, args, isSent }) => ({ id, label: labelOf(name, args), isSent: isSent === true })),
      rows: this.#live.rows,
      confirmed: this.#confirmed.rows,
    }
  }

  #readImage(bytes: Uint8Array): Category[] {
    const driver = openWaSqlite(this.#options.module, { bytes })
    try {
      const statement = driver.prepare(CATEGORIES)
      const rows = statement.all() as unknown as Category[]
      statement.finalize()
      return rows
    } finally {
      driver.close()
    }
  }
}

/** All of one turn as one. */
function summed(advances: readonly Advance[]): Advance | null {
  const [first, last] = [advances[0], advances.at(-1)]
  if (first === undefined || last === undefined) return null
  return { ...last, from: first.from, undone: Math.max(...advances.map(({ undone }) => undone)) }
}
