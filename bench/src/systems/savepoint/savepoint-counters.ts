import type { SavepointClient } from '@savepoint/client'
import { BY_NAME, type keyedCountersMutators } from '../../apps/keyed-counters.ts'
import type { CountersClient } from '../../workloads/system.ts'

type Counters = SavepointClient<(typeof keyedCountersMutators)['definitions']>

/** A client, wherever its replica is. */
export class SavepointCounters implements CountersClient {
  readonly shutDoor: CountersClient['shutDoor']
  readonly #client: Counters
  #last: ReturnType<Counters['mutate']['add']> | undefined

  /** @param client is live */
  constructor(client: Counters, shutDoor: CountersClient['shutDoor']) {
    this.#client = client
    this.shutDoor = shutDoor
  }

  add(name: string): void {
    this.#last = this.#client.mutate.add({ name, by: 1 })
  }

  addConfirmed(name: string): Promise<unknown> {
    return this.#client.mutate.add({ name, by: 1 }).confirmed.unwrap()
  }

  async count(name: string): Promise<number> {
    return (await this.#client.query<{ n: number }>(BY_NAME.count, [name]))[0]?.n ?? 0
  }

  async sum(): Promise<number> {
    return (await this.#client.query<{ n: number | null }>('SELECT sum(n) AS n FROM counters'))[0]?.n ?? 0
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const live = this.#client.live<{ n: number }>(BY_NAME.count, [name])
    return live.subscribe(() => listener(live.rows[0]?.n ?? 0))
  }

  async goOffline(): Promise<void> {
    this.#client.stop()
  }

  async goOnline(): Promise<void> {
    this.#client.start()
  }

  /** Outcomes come in the order of the calls, so the last one's is the last. */
  async nonePending(): Promise<unknown> {
    return await this.#last?.confirmed.unwrap()
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}
