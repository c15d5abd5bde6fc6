import { Client, type ClientEventReport, type LocalMutationHandle, type Transport, webTransport } from '@savepoint/client'
import { decodeData } from '@savepoint/core'
import type { AppVersion } from '../app.ts'
import { clientStorage } from '../disk/client-storage.ts'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { ClientNetwork } from '../network/client-network.ts'
import { SERVER_URL, simulatedWeb } from '../network/simulated-web.ts'
import type { Random } from '../random.ts'
import type { ClientPlan } from '../scenario/scenario.ts'
import type { NodeClock } from '../time/node-clock.ts'
import type { Process } from '../time/process.ts'
import type { TraceEventKind } from '../trace/trace-event.ts'
import type { Call } from '../view/world-view.ts'

type Row = { [column: string]: unknown }

interface ClientAppOptions {
  readonly process: Process
  readonly clock: NodeClock
  readonly plan: ClientPlan
  readonly disk: SimulatedDisk
  readonly network: ClientNetwork
  readonly random: Random
  readonly app: AppVersion
  readonly auth: unknown
  readonly emit: (event: TraceEventKind) => void
  /** It was called, and what is known of the call. */
  readonly called: (call: Call) => void
  /** Something happens to the client. */
  readonly touched: () => void
}

/** The app as one process runs it: the production client, the calls that were made there, and what it shows. */
export class ClientApp {
  readonly client: Client
  readonly #options: ClientAppOptions
  readonly #handles: { readonly call: Call; readonly handle: LocalMutationHandle<unknown> }[] = []
  /** What its open live queries have told last. */
  readonly #shown = new Map<string, { rows: readonly Row[] }>()
  #calledID: number | null = null

  /** Throws if the storage cannot be opened. */
  constructor(options: ClientAppOptions) {
    this.#options = options
    this.client = this.#start()
  }

  /** What a live query shows, as a page that has it open. */
  shown(sql: string): readonly Row[] {
    const shown = this.#shown.get(sql) ?? this.#show(sql)
    this.#shown.set(sql, shown)
    return shown.rows
  }

  /** Calls a mutator, as the app's user does. */
  mutate(name: string, args: string): void {
    const { clock, plan, process, emit, called } = this.#options
    this.#calledID = null
    const createdAt = Math.max(0, Math.floor(clock.now))
    const mutate = this.client.mutate as { [name: string]: (args: unknown) => LocalMutationHandle<unknown> }
    const handle = mutate[name]?.(decodeData(args))
    if (handle === undefined) throw new Error(`"${plan.name}" runs a version of the app that has no mutator "${name}".`)
    const { id, local } = handle
    emit({ type: 'called', id, name, args, mutationID: this.#calledID, ...(!local.ok && { failure: local.message }) })
    if (!local.ok) return
    const call: Call = { id, client: plan.name, name, args, createdAt, isDurable: false, isCancelled: false }
    called(call)
    this.#handles.push({ call, handle })
    handle.durable.then(
      () => process.run(() => this.#saved(call)),
      () => {},
    )
  }

  /** Takes back the newest call that can still be taken back. */
  cancel(): void {
    const last = this.#handles.findLast(({ call, handle }) => !call.isCancelled && call.settled === undefined && handle.cancel())
    if (last === undefined) return
    last.call.isCancelled = true
    this.#options.emit({ type: 'cancelled', id: last.call.id })
  }

  #start(): Client {
    const { process, clock, disk, network, plan, random, app, auth, emit, touched } = this.#options
    const transport: Transport = webTransport({
      url: SERVER_URL,
      room: plan.room,
      ...simulatedWeb(network, process),
      token: () => plan.name,
    })
    const after = (ms: number, run: () => void) =>
      process.after(ms, () => {
        touched()
        run()
      })
    const client = new Client({
      schema: app.schema,
      mutators: app.mutators,
      auth,
      storage: clientStorage(disk),
      transport,
      scheduler: {
        now: () => clock.now,
        after,
        soon: (run) => void after(0, run),
        random: () => random.next(),
        id: () => random.id(),
      },
      onEvent: (event) => process.isAlive && this.#tell(event),
    })
    client.onStatus(() => {
      if (!process.isAlive) return
      const { connection, version, pending } = client.status
      emit({ type: 'status', connection, version, pending })
    })
    return client
  }

  #show(sql: string): { rows: readonly Row[] } {
    const live = this.client.live<Row>(sql)
    const shown = { rows: live.rows }
    live.subscribe(() => {
      shown.rows = live.rows
    })
    return shown
  }

  #tell(event: ClientEventReport): void {
    const { emit, touched } = this.#options
    touched()
    switch (event.type) {
      case 'mutated':
        this.#calledID = event.mutationID
        return
      case 'pushed':
        return
      case 'failed':
        return emit({ type: 'failed', error: String(event.error) })
      case 'advanced': {
        const { began: _began, ms: _ms, ...advance } = event
        return emit({
          ...advance,
          replayed: event.replayed.map(({ mutationID, name, withdrawn }) => ({
            mutationID,
            name,
            ...(withdrawn && { withdrawn: withdrawn.message }),
          })),
        })
      }
      default:
        return emit(event)
    }
  }

  #saved(call: Call): void {
    call.isDurable = true
    this.#options.emit({ type: 'durable', id: call.id })
  }
}
