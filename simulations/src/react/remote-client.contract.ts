import type {
  Client,
  ClientStatus,
  Confirmation,
  ConfirmedResult,
  LiveQuery,
  MutationHandle,
  MutationPhase,
  MutationRecord,
  MutationSelection,
  SavepointClient,
  SqlQuery,
} from '@savepoint/client'
import type { SqlParams } from '@savepoint/core'
import type { Definitions } from '../client/shop.contract.ts'

/**
 * A real client behind messages, as one in a worker is: nothing is at hand, all answers come later. A test can hold them back.
 * What one turn of the client has changed arrives as one message.
 */
export class RemoteClient implements SavepointClient<Definitions> {
  readonly mutate: SavepointClient<Definitions>['mutate']
  readonly storage
  status: ClientStatus
  /** Each query that was asked for, in order. */
  readonly asked: string[] = []
  /** Live queries that somebody listens to. */
  running = 0
  readonly #client: Client<Definitions>
  readonly #statusListeners = new Set<() => void>()
  #messages: (() => Iterable<() => void>)[] = []
  #isHeld = false

  constructor(client: Client<Definitions>) {
    this.#client = client
    this.storage = client.storage
    this.status = client.status
    client.onStatus(() => {
      const { status } = client
      this.#send(() => {
        this.status = status
        return this.#statusListeners
      })
    })
    const call = (name: string) => (args: unknown) =>
      this.#handle(
        (client.mutate as { [name: string]: (args: unknown) => MutationHandle<unknown> })[name]?.(args) as MutationHandle<unknown>,
      )
    this.mutate = Object.fromEntries(
      Object.keys(client.mutate).map((name) => [name, call(name)]),
    ) as unknown as SavepointClient<Definitions>['mutate']
  }

  /** From now on, messages wait for `deliver`. */
  hold(): void {
    this.#isHeld = true
  }

  /** All that was held arrives; what follows arrives by itself. */
  deliver(): void {
    this.#isHeld = false
    this.#flush()
  }

  onStatus(listener: () => void): () => void {
    return listen(this.#statusListeners, listener)
  }

  start(): void {
    this.#client.start()
  }

  stop(): void {
    this.#client.stop()
  }

  query<Row>(query: SqlQuery<Row>, params?: SqlParams): Promise<Row[]> {
    return this.#later(this.#client.query(query, params))
  }

  live<Row>(query: SqlQuery<Row>, params?: SqlParams): LiveQuery<Row> {
    this.asked.push(`${query} ${JSON.stringify(params ?? [])}`)
    const listeners = new Set<() => void>()
    const seen: { rows: readonly Row[]; isReady: boolean; error: Error | undefined } = { rows: [], isReady: false, error: undefined }
    let end: (() => void) | undefined
    const take = (news: () => Partial<typeof seen>) => {
      const changed = { error: undefined, ...news(), isReady: true }
      this.#send(() => {
        Object.assign(seen, changed)
        return listeners
      })
    }
    const begin = () => {
      this.running++
      try {
        const live = this.#client.live(query, params)
        const read = () => (live.error === undefined ? { rows: live.rows } : { error: live.error })
        take(read)
        return live.subscribe(() => take(read))
      } catch (error) {
        take(() => ({ error: error as Error }))
        return () => {}
      }
    }
    return {
      get rows() {
        return seen.rows
      },
      get isReady() {
        return seen.isReady
      },
      get error() {
        return seen.error
      },
      subscribe: (listener) => {
        const stop = listen(listeners, listener)
        end ??= begin()
        return () => {
          stop()
          if (listeners.size > 0 || end === undefined) return
          this.running--
          end()
          end = undefined
        }
      },
    }
  }

  mutations(selection?: MutationSelection): Promise<MutationRecord[]> {
    return this.#later(Promise.resolve(structuredClone(this.#client.mutations(selection))))
  }

  onMutations(listener: () => void, selection?: Pick<MutationSelection, 'status'>): () => void {
    return this.#client.onMutations(() => this.#send(() => [listener]), selection)
  }

  dismiss(id: string): Promise<void> {
    this.#client.dismiss(id)
    return this.#later(Promise.resolve())
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #handle<R>(handle: MutationHandle<R>): MutationHandle<R> {
    const listeners = new Set<() => void>()
    const confirmed = this.#later<ConfirmedResult<R>>(handle.confirmed)
    let phase: MutationPhase = 'queued'
    const moved = () =>
      this.#send(() => {
        phase = handle.phase
        return listeners
      })
    handle.onPhase(moved)
    if (handle.phase !== phase) moved()
    return {
      id: handle.id,
      local: this.#later(Promise.resolve(handle.local)),
      durable: this.#later(handle.durable),
      confirmed: Object.assign(confirmed, { unwrap: () => handle.confirmed.unwrap() }) as Confirmation<R>,
      get phase() {
        return phase
      },
      onPhase: (listener) => listen(listeners, listener),
      cancel: () => this.#later(Promise.resolve(handle.cancel())),
    }
  }

  #later<T>(coming: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (run: () => void) => this.#send(() => [run])
      coming.then(
        (value) => settle(() => resolve(value)),
        (error) => settle(() => reject(error)),
      )
    })
  }

  #send(message: () => Iterable<() => void>): void {
    this.#messages.push(message)
    if (this.#messages.length === 1) setImmediate(() => this.#isHeld || this.#flush())
  }

  /** All news is taken in before anyone hears of it. */
  #flush(): void {
    const told = this.#messages.splice(0).flatMap((message) => [...message()])
    for (const listener of told) listener()
  }
}

function listen(listeners: Set<() => void>, listener: () => void): () => void {
  const entry = () => listener()
  listeners.add(entry)
  return () => listeners.delete(entry)
}
