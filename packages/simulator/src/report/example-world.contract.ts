import { encodeData } from '@savepoint/core'
import { type Random, randomOf } from '../random.ts'
import { SERVER } from '../scenario/scenario.ts'
import type { TableState, TraceEvent } from '../trace/trace-event.ts'

type EventBody = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, 'at' | 'node'> : never) : never
type Rows = Map<string, number>

interface ExampleMutation {
  readonly id: string
  readonly mutationID: number
  readonly name: 'add' | 'remove'
  readonly category: string
  readonly by: number
  predicted: string
}

interface Commit {
  readonly version: number
  readonly client: string
  readonly mutation: ExampleMutation
  readonly change: string
  readonly failure?: string
}

interface ExampleClient {
  readonly name: string
  readonly latency: () => number
  version: number
  lastMutationID: number
  nextID: number
  base: Rows
  view: Rows
  pending: ExampleMutation[]
  isUp: boolean
  isConnected: boolean
  partitionedUntil: number
}

/**
 * Counters that are added to and removed, on a line of its own for each client: a small model of the engine, to have traces to draw. It
 * is told when to do what, and keeps a trace.
 */
export class ExampleWorld {
  readonly events: TraceEvent[] = []
  readonly clients: ExampleClient[] = []
  readonly random: Random
  now = 0
  private readonly queue: { readonly at: number; readonly order: number; readonly act: () => void }[] = []
  private readonly log: Commit[] = []
  private readonly rows: Rows = new Map()
  private readonly processed = new Map<string, number>()
  private isServerUp = true
  private order = 0
  private messages = 0
  private readonly lossRate: number

  constructor(seed: string, lossRate = 0) {
    this.random = randomOf(seed, 'example')
    this.lossRate = lossRate
    this.tell(SERVER, { type: 'up', room: 'main' })
  }

  join(name: string, latency: () => number): ExampleClient {
    const client: ExampleClient = {
      name,
      latency,
      version: 0,
      lastMutationID: 0,
      nextID: 1,
      base: new Map(),
      view: new Map(),
      pending: [],
      isUp: true,
      isConnected: true,
      partitionedUntil: 0,
    }
    this.clients.push(client)
    this.tell(name, { type: 'up', clientID: `id-of-${name}`, room: 'main' })
    this.tell(name, { type: 'status', connection: 'live', version: 0, pending: 0 })
    return client
  }

  at(at: number, act: () => void): void {
    this.queue.push({ at: Math.max(at, this.now), order: this.order++, act })
  }

  run(): void {
    for (;;) {
      const next = this.queue.reduce<(typeof this.queue)[number] | undefined>(
        (first, one) => (!first || one.at < first.at || (one.at === first.at && one.order < first.order) ? one : first),
        undefined,
      )
      if (!next) return
      this.queue.splice(this.queue.indexOf(next), 1)
      this.now = next.at
      next.act()
    }
  }

  call(client: ExampleClient, name: 'add' | 'remove', category: string, by = 1): void {
    if (!client.isUp) return
    const id = this.random.id()
    const args = encodeData(name === 'add' ? { category, by } : { category })
    const mutation: ExampleMutation = { id, mutationID: client.nextID, name, category, by, predicted: '' }
    const { change, failure } = apply(client.view, mutation)
    if (failure !== undefined) return this.tell(client.name, { type: 'called', id, name, args, mutationID: null, failure })
    mutation.predicted = change
    client.nextID++
    client.pending.push(mutation)
    this.tell(client.name, { type: 'called', id, name, args, mutationID: mutation.mutationID })
    this.tell(client.name, { type: 'durable', id })
    this.push(client, [mutation])
  }

  /** It comes back, and catches up. What is under way to it is lost. */
  down(client: ExampleClient, why: string, forMs: number): void {
    if (!client.isUp) return
    client.isUp = false
    client.isConnected = false
    this.tell(client.name, { type: 'fault', fault: 'kill-client', about: client.name })
    this.tell(client.name, { type: 'down', why })
    this.at(this.now + forMs, () => {
      client.isUp = true
      this.tell(client.name, { type: 'up', clientID: `id-of-${client.name}`, room: 'main' })
      this.connect(client)
    })
  }

  downServer(why: string, forMs: number): void {
    if (!this.isServerUp) return
    this.isServerUp = false
    this.tell(SERVER, { type: 'fault', fault: 'kill-server', about: why })
    this.tell(SERVER, { type: 'down', why })
    for (const client of this.clients) if (client.isUp) this.disconnect(client)
    this.at(this.now + forMs, () => {
      this.isServerUp = true
      this.tell(SERVER, { type: 'up', room: 'main' })
      for (const client of this.clients) this.connect(client)
    })
  }

  partition(client: ExampleClient, forMs: number): void {
    client.partitionedUntil = this.now + forMs
    this.tell(client.name, { type: 'fault', fault: 'partition', about: 'nothing passes either way', forMs })
    this.disconnect(client)
    this.at(this.now + forMs, () => this.connect(client))
  }

  calm(): void {
    this.tell(SERVER, { type: 'calm' })
  }

  end(): void {
    this.tell(SERVER, { type: 'state', room: 'main', version: this.log.length, ...stateOf(this.rows) })
    for (const { name, version, view } of this.clients) this.tell(name, { type: 'state', room: 'main', version, ...stateOf(view) })
  }

  tell(node: string, body: EventBody): void {
    this.events.push({ at: this.now, node, ...body } as TraceEvent)
  }

  private disconnect(client: ExampleClient): void {
    if (!client.isConnected) return
    client.isConnected = false
    this.tell(client.name, { type: 'status', connection: 'offline', version: client.version, pending: client.pending.length })
  }

  private connect(client: ExampleClient): void {
    if (!client.isUp || client.isConnected || !this.isServerUp || client.partitionedUntil > this.now) return
    client.isConnected = true
    this.tell(client.name, { type: 'status', connection: 'live', version: client.version, pending: client.pending.length })
    this.send(client, 'up', 'hello', `version ${client.version}`, () => {
      this.send(client, 'down', 'welcome', `mutation ${this.processed.get(client.name) ?? 0} was the last`, () =>
        this.push(client, client.pending),
      )
      this.poke(client, client.version)
    })
  }

  private push(client: ExampleClient, mutations: readonly ExampleMutation[]): void {
    const [first] = mutations
    const last = mutations.at(-1)
    if (!first || !last || !client.isConnected) return
    const about = first === last ? `mutation ${first.mutationID}` : `mutations ${first.mutationID} to ${last.mutationID}`
    const pushed = [...mutations]
    this.send(client, 'up', 'push', about, () => this.commit(client, pushed))
  }

  private commit(client: ExampleClient, mutations: readonly ExampleMutation[]): void {
    const from = this.log.length
    for (const mutation of mutations) {
      if (mutation.mutationID !== (this.processed.get(client.name) ?? 0) + 1) continue
      this.processed.set(client.name, mutation.mutationID)
      this.log.push({ version: this.log.length + 1, client: client.name, mutation, ...apply(this.rows, mutation) })
    }
    if (from === this.log.length) return
    const made = this.log.slice(from).map(({ version, mutation: { id, mutationID, name }, failure }) => {
      return { version, clientID: `id-of-${client.name}`, mutationID, id, name, ok: failure === undefined }
    })
    this.tell(SERVER, { type: 'committed', room: 'main', epoch: 'e1', from, to: this.log.length, mutations: made })
    for (const one of this.clients) if (one.isConnected) this.poke(one, from)
  }

  private poke(client: ExampleClient, from: number): void {
    const to = this.log.length
    if (from === to) return
    this.send(client, 'down', 'poke', `versions ${from + 1} to ${to}`, () => this.advance(client, to))
  }

  private advance(client: ExampleClient, to: number): void {
    const from = client.version
    if (to <= from) return
    const commits = this.log.slice(from, to)
    const undone = client.pending.length
    let predicted = true
    for (const { client: caller, mutation, change } of commits) {
      apply(client.base, mutation)
      if (caller !== client.name) predicted = false
      else {
        predicted &&= client.pending[0]?.predicted === change
        client.pending.shift()
        client.lastMutationID = mutation.mutationID
      }
    }
    client.version = to
    const replayed: { mutationID: number; name: string; withdrawn?: string }[] = []
    if (!predicted) {
      client.view = new Map(client.base)
      for (const mutation of client.pending) {
        const { mutationID, name } = mutation
        const { change, failure } = apply(client.view, mutation)
        mutation.predicted = change
        replayed.push(failure === undefined ? { mutationID, name } : { mutationID, name, withdrawn: failure })
      }
    }
    const { lastMutationID } = client
    this.tell(client.name, { type: 'advanced', from, to, rebased: !predicted, undone: predicted ? 0 : undone, replayed, lastMutationID })
    for (const { client: caller, mutation, failure } of commits) {
      if (caller !== client.name) continue
      const { id, mutationID, name } = mutation
      const outcome =
        failure === undefined
          ? { ok: true as const, value: '' }
          : { ok: false as const, reason: 'rejected' as const, code: 'no-such-category', message: failure }
      this.tell(client.name, { type: 'settled', id, mutationID, name, outcome })
    }
  }

  private send(client: ExampleClient, way: 'up' | 'down', kind: string, about: string, arrive: () => void): void {
    const [from, to] = way === 'up' ? [client.name, SERVER] : [SERVER, client.name]
    const message = ++this.messages
    this.tell(from, { type: 'sent', message, to, kind, bytes: 80 + about.length * 3, about })
    const takes = client.latency()
    if (this.random.chance(this.lossRate)) {
      this.at(this.now + takes / 2, () => {
        this.tell(from, { type: 'lost', message, why: 'the line was cut' })
        this.disconnect(client)
      })
      this.at(this.now + takes / 2 + 400, () => this.connect(client))
      return
    }
    const arriveOnce = () => {
      if (!client.isUp || !client.isConnected || !this.isServerUp)
        return this.tell(from, { type: 'lost', message, why: `${to} is not there` })
      this.tell(to, { type: 'received', message, from, kind })
      arrive()
    }
    this.at(this.now + takes, arriveOnce)
    if (this.random.chance(this.lossRate)) this.at(this.now + takes * 1.5, arriveOnce)
  }
}

function apply(rows: Rows, { name, category, by }: ExampleMutation): { change: string; failure?: string } {
  const before = rows.get(category)
  if (name === 'remove' && before === undefined) return { change: '', failure: `there is no category ${category}` }
  if (name === 'remove') rows.delete(category)
  else rows.set(category, (before ?? 0) + by)
  return { change: `${category}: ${before} → ${rows.get(category)}` }
}

function stateOf(rows: Rows): { digest: string; tables: TableState[] } {
  const sorted = [...rows].map(([name, count]) => [name, String(count)]).sort()
  const digest = sorted
    .flat()
    .join()
    .split('')
    .reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7)
  return {
    digest: digest.toString(16).padStart(16, '0'),
    tables: [{ name: 'Categories', columns: ['name', 'count'], rows: sorted, rowCount: sorted.length }],
  }
}
