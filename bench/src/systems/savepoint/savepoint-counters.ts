import type { Client } from '@savepoint/client'
import { createClient } from '@savepoint/client/node'
import { COUNT_SQL, countersMutators, countersSchema } from '../../apps/counters.ts'
import { untilLive } from '../../clients/until-live.ts'
import type { CountersClient, Door } from '../../workloads/system.ts'
import { GatedTransport } from './gated-transport.ts'

type Counters = Client<(typeof countersMutators)['definitions']>

/** A client in this process, its replica in memory. */
export class SavepointCounters implements CountersClient {
  readonly #client: Counters
  readonly #transport: GatedTransport
  #last: ReturnType<Counters['mutate']['add']> | undefined

  private constructor(client: Counters, transport: GatedTransport) {
    this.#client = client
    this.#transport = transport
  }

  static async open(url: string, room: string): Promise<SavepointCounters> {
    let gated: GatedTransport | undefined
    const client = await createClient({
      schema: countersSchema,
      mutators: countersMutators,
      url,
      room,
      wrapTransport: (transport) => {
        gated = new GatedTransport(transport)
        return gated
      },
    })
    await untilLive(client)
    return new SavepointCounters(client, gated as unknown as GatedTransport)
  }

  add(name: string): void {
    this.#last = this.#client.mutate.add({ name, by: 1 })
  }

  addConfirmed(name: string): Promise<unknown> {
    return this.#client.mutate.add({ name, by: 1 }).confirmed.unwrap()
  }

  async count(name: string): Promise<number> {
    return (await this.#client.query<{ n: number }>(COUNT_SQL, [name]))[0]?.n ?? 0
  }

  async sum(): Promise<number> {
    return (await this.#client.query<{ n: number | null }>('SELECT sum(n) AS n FROM counters'))[0]?.n ?? 0
  }

  watch(name: string, listener: (count: number) => void): () => void {
    const live = this.#client.live<{ n: number }>(COUNT_SQL, [name])
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

  shutDoor(): Door {
    return this.#transport.shutDoor()
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}
