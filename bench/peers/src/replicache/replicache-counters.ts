import { type CountersClient, type Door, Mailbox } from '@savepoint-demo/bench/page'
import { counterKey } from './keys.ts'
import { type OpenedReplicache, openReplicache, type Storage, until } from './replicache-client.ts'

/** Nothing is pushed before a run has ended. */
const NEVER_MS = 2 ** 31 - 1

/** What differs between a process and a page. */
interface Surroundings {
  readonly storage: Storage
  /** Resolves to a WebSocket that is open. */
  openSocket(url: string): Promise<PokeSocket>
}

/** One over which the hub says that there is something to pull. */
interface PokeSocket {
  onmessage: ((event: never) => void) | null
  close(): void
}

/** Someone who waits until the hub has processed a mutation. */
interface Waiting {
  readonly id: number
  resolve(): void
}

/** A client that is told over a WebSocket when to pull. */
export class ReplicacheCounters implements CountersClient {
  readonly #url: string
  readonly #surroundings: Surroundings
  readonly #replicache: OpenedReplicache['replicache']
  readonly #waiting: Waiting[] = []
  #socket: PokeSocket | undefined
  #mailbox: Mailbox | undefined
  #called = 0
  #processed = 0

  private constructor(url: string, surroundings: Surroundings) {
    this.#url = url
    this.#surroundings = surroundings
    this.#replicache = openReplicache({
      url,
      storage: surroundings.storage,
      name: crypto.randomUUID(),
      arrived: () => this.#passDoor(),
      answered: (response) => {
        if ('lastMutationIDChanges' in response) this.#heard(response.lastMutationIDChanges[this.#replicache.clientID])
      },
    }).replicache
  }

  static async open(url: string, surroundings: Surroundings): Promise<ReplicacheCounters> {
    const client = new ReplicacheCounters(url, surroundings)
    await until(client.#replicache, (tx) => tx.has(counterKey('counter-1')))
    await client.#follow()
    return client
  }

  add(name: string): Promise<unknown> {
    this.#called++
    return this.#replicache.mutate.add({ name, by: 1 })
  }

  async addConfirmed(name: string): Promise<void> {
    const id = this.#called + 1
    const processed = new Promise<void>((resolve) => this.#waiting.push({ id, resolve }))
    await this.add(name)
    await processed
  }

  async count(name: string): Promise<number> {
    return (await this.#replicache.query((tx) => tx.get<number>(counterKey(name)))) ?? 0
  }

  async sum(): Promise<number> {
    return await this.#replicache.query(async (tx) => {
      let sum = 0
      for await (const count of tx.scan({ prefix: counterKey('') }).values()) sum += count as number
      return sum
    })
  }

  watch(name: string, listener: (count: number) => void): () => void {
    return this.#replicache.subscribe(async (tx) => (await tx.get<number>(counterKey(name))) ?? 0, { onData: listener })
  }

  async goOffline(): Promise<void> {
    this.#replicache.pushDelay = NEVER_MS
    this.#socket?.close()
    this.#socket = undefined
  }

  async goOnline(): Promise<void> {
    await this.#follow()
    this.#replicache.pushDelay = 0
    this.#replicache.push({ now: true }).catch(unlessClosed(this.#replicache))
  }

  async nonePending(): Promise<void> {
    const id = this.#called
    if (this.#processed < id) await new Promise<void>((resolve) => this.#waiting.push({ id, resolve }))
    while ((await this.#replicache.experimentalPendingMutations()).length > 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  shutDoor(): Door {
    this.#replicache.pushDelay = NEVER_MS
    this.#mailbox = new Mailbox()
    return this.#mailbox
  }

  async close(): Promise<void> {
    this.#socket?.close()
    await this.#replicache.close()
  }

  async #follow(): Promise<void> {
    this.#socket = await this.#surroundings.openSocket(this.#url.replace(/^http/, 'ws'))
    this.#socket.onmessage = () => this.#pull()
    this.#pull()
  }

  #pull(): void {
    this.#replicache.pull({ now: true }).catch(unlessClosed(this.#replicache))
  }

  #passDoor(): Promise<void> | undefined {
    if (this.#mailbox === undefined) return undefined
    const { promise, resolve } = withResolvers()
    this.#mailbox.put(resolve)
    return promise
  }

  #heard(processed = 0): void {
    this.#processed = Math.max(this.#processed, processed)
    while (this.#waiting[0] !== undefined && this.#waiting[0].id <= this.#processed) this.#waiting.shift()?.resolve()
  }
}

/** What was under way when it was closed is rejected, which nobody has to know. */
function unlessClosed(replicache: OpenedReplicache['replicache']): (error: unknown) => void {
  return (error) => {
    if (!replicache.closed) throw error
  }
}

function withResolvers(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
